/// The marker segments of a JPEG (ITU-T T.81, annex B) up to one that is broken, as libjpeg finds them.
struct JPEGSegments: Sequence, IteratorProtocol {
  /// One segment.
  struct Segment {
    /// The byte after 0xFF.
    let marker: UInt8
    /// Where its 0xFF is.
    let start: Int
    /// Its bytes after marker and length, none for markers that stand alone.
    let content: Range<Int>
  }

  private let data: [UInt8]
  /// Where the next segment is looked for: at first, after the start-of-image marker.
  private var position = 2
  private var isInScan = false

  init(_ data: [UInt8]) { self.data = data }

  /// The next segment that is whole.
  mutating func next() -> Segment? {
    if isInScan {
      isInScan = false
      position = endOfScan
    }
    while position + 1 < data.count {
      let (start, marker) = (position, data[position + 1])
      if data[start] != 0xFF || marker == 0 {  // stray bytes, which libjpeg skips
        position += 1
        continue
      }
      switch marker {
      case 0xFF:  // a fill byte
        position += 1
      case 0x01, 0xD0...0xD9:  // markers without a segment
        position += 2
        return Segment(marker: marker, start: start, content: position..<position)
      default:
        guard start + 4 <= data.count else { return nil }
        let length = Int(data[start + 2]) << 8 | Int(data[start + 3])
        let end = start + 2 + length
        guard length >= 2, end <= data.count else { return nil }
        position = end
        isInScan = marker == 0xDA
        return Segment(marker: marker, start: start, content: start + 4..<end)
      }
    }
    return nil
  }

  /// Where the next marker is that does not belong to the image data.
  private var endOfScan: Int {
    data.withUnsafeBufferPointer { bytes in
      var position = position
      while position + 1 < bytes.count {
        if bytes[position] == 0xFF, ![0x00, 0xFF].contains(bytes[position + 1]),
          !(0xD0...0xD7).contains(bytes[position + 1])
        {
          return position
        }
        position += 1
      }
      return bytes.count
    }
  }
}

extension JPEGSegments {
  /// What a frame is called that libjpeg-turbo reads in some versions or not at all; nil for baseline, extended and
  /// progressive frames of 8 bits.
  static func unsupportedProcess(of data: [UInt8]) -> String? {
    for segment in JPEGSegments(data) {
      switch segment.marker {
      case 0xC3, 0xCB: return "lossless JPEG"
      case 0xC5...0xC7, 0xCD...0xCF: return "hierarchical JPEG"
      case 0xF7: return "JPEG-LS"
      case 0xC0...0xC2, 0xC9, 0xCA:
        guard let bits = data[segment.content].first, bits != 8 else { return nil }
        return "\(bits)-bit JPEG"
      case 0xD9, 0xDA: return nil
      default: continue
      }
    }
    return nil
  }

  /// How many bytes are left of data that end early without the segment that is broken by their end: libjpeg reads
  /// what stands before it, and fails on a part of a table.
  static func lengthOfWholeSegments(_ data: [UInt8]) -> Int {
    var segments = JPEGSegments(data)
    var sawScan = false
    while let segment = segments.next() {
      if segment.marker == 0xD9 { return data.count }
      sawScan = sawScan || segment.marker == 0xDA
    }
    return sawScan && segments.isCutShort ? segments.position : data.count
  }

  /// Whether a segment begins where none that is whole does.
  private var isCutShort: Bool {
    guard position < data.count, data[position] == 0xFF else { return false }
    guard position + 4 <= data.count else { return true }
    return position + 2 + (Int(data[position + 2]) << 8 | Int(data[position + 3])) > data.count
  }
}
