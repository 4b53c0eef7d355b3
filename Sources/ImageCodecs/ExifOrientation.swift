extension ImageOrientation {
  /// The orientation that the first EXIF block of an image states; upright where there is none or it makes no
  /// sense, since a wrong tag does not make a picture unusable.
  init(in data: [UInt8], format: ImageFormat) {
    let exif =
      switch format {
      case .png: Self.exifBlock(inPNG: data)
      case .jpeg: Self.exifBlock(inJPEG: data)
      }
    self = exif.flatMap(Self.orientation(inExif:)) ?? .upright
  }

  /// The TIFF structure within the first APP1 segment that holds EXIF.
  private static func exifBlock(inJPEG data: [UInt8]) -> ArraySlice<UInt8>? {
    for segment in JPEGSegments(data) {
      if segment.marker == 0xD9 || segment.marker == 0xDA { return nil }  // EXIF comes before the image data
      let content = data[segment.content]
      if segment.marker == 0xE1, content.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
        return content.dropFirst(6)
      }
    }
    return nil
  }

  /// The TIFF structure within the chunk eXIf, if that comes before the pixels.
  private static func exifBlock(inPNG data: [UInt8]) -> ArraySlice<UInt8>? {
    let reader = TIFFReader(bytes: data[...], isLittleEndian: false)
    var position = 8  // after the signature
    while let length = reader.integer(at: position, bytes: 4), position + 12 + length <= data.count {
      let content = data[position + 8..<position + 8 + length]
      switch data[position + 4..<position + 8] {
      case [0x65, 0x58, 0x49, 0x66]: return content  // eXIf
      case [0x49, 0x44, 0x41, 0x54]: return nil  // IDAT
      default: position += 12 + length
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
