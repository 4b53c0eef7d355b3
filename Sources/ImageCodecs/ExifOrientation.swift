extension ImageOrientation {
  /// The orientation that the first EXIF block of a JPEG states; upright where there is none or it makes no
  /// sense, since a wrong tag does not make a picture unusable.
  init(inJPEG data: [UInt8]) {
    self = Self.exifBlock(inJPEG: data).flatMap(Self.orientation(inExif:)) ?? .upright
  }

  /// The TIFF structure within the first APP1 segment that holds EXIF.
  private static func exifBlock(inJPEG data: [UInt8]) -> ArraySlice<UInt8>? {
    var position = 2  // after the start-of-image marker
    while position + 4 <= data.count, data[position] == 0xFF {
      let marker = data[position + 1]
      switch marker {
      case 0xFF:  // a fill byte
        position += 1
      case 0x01, 0xD0...0xD7:  // markers without a segment
        position += 2
      case 0xD9, 0xDA:  // the end, or the image data: EXIF comes before
        return nil
      default:
        let length = Int(data[position + 2]) << 8 | Int(data[position + 3])
        let end = position + 2 + length
        guard length >= 2, end <= data.count else { return nil }
        let content = data[position + 4..<end]
        if marker == 0xE1, content.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
          return content.dropFirst(6)
        }
        position = end
      }
    }
    return nil
  }

  /// Looks for tag 0x0112 in the first directory of a TIFF structure.
  private static func orientation(inExif exif: ArraySlice<UInt8>) -> ImageOrientation? {
    let reader: TIFFReader
    switch exif.prefix(4) {
    case [0x49, 0x49, 0x2A, 0x00]: reader = TIFFReader(bytes: exif, isLittleEndian: true)
    case [0x4D, 0x4D, 0x00, 0x2A]: reader = TIFFReader(bytes: exif, isLittleEndian: false)
    default: return nil
    }
    guard let directory = reader.integer(at: 4, bytes: 4), let count = reader.integer(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<count {
      let start = directory + 2 + entry * 12
      guard let tag = reader.integer(at: start, bytes: 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // A SHORT by the standard, but cameras are known to write other integers.
      guard let type = reader.integer(at: start + 2, bytes: 2), let size = integerSizes[type],
        reader.integer(at: start + 4, bytes: 4) == 1,
        let value = reader.integer(at: start + 8, bytes: size)
      else { return nil }
      return ImageOrientation(rawValue: UInt8(truncatingIfNeeded: min(value, 255)))
    }
    return nil
  }

  /// Bytes of the TIFF types BYTE, SHORT, LONG, SBYTE, SSHORT and SLONG.
  private static let integerSizes = [1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4]
}

/// Integers of either byte order; nil outside of the bytes.
private struct TIFFReader {
  let bytes: ArraySlice<UInt8>
  let isLittleEndian: Bool

  func integer(at offset: Int, bytes count: Int) -> Int? {
    guard offset + count <= bytes.count else { return nil }
    let digits = bytes.dropFirst(offset).prefix(count)
    return isLittleEndian
      ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
  }
}
