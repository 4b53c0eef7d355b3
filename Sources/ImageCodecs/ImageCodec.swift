import Pixels

/// Decodes and encodes PNG and JPEG images.
///
/// Formats are told by content, never by a file's extension. Data that is truncated, damaged, hostile or of
/// another format gives an `ImageError`, never a trap and never an image with parts painted over.
///
/// Pixels are those of Pillow 13: PNG exactly, JPEG within one level. Two kinds of PNG differ on purpose,
/// where Pillow goes against the format: 16-bit grey gives its high byte (Pillow clips it to 255), and a
/// transparent colour in grey of less than 8 bits is matched before scaling.
public enum ImageCodec {}

extension ImageCodec {
  /// Reads an image's header: microseconds, and no memory that grows with the image.
  ///
  /// - Parameters:
  ///   - data: The whole encoded image, or at least everything before its pixels.
  ///   - name: What errors call it, usually the path.
  public static func header(of data: [UInt8], name: String) throws(ImageError) -> ImageHeader {
    let format = try ImageFormat.recognise(data, name: name)
    let orientation = orientation(of: data, format: format)
    return try data.withUnsafeBufferPointer { bytes throws(ImageError) in
      let info = try ImageReader(bytes, format: format, name: name).info
      return ImageHeader(format: format, info: info, orientation: orientation)
    }
  }

  /// Reads the header of an image file; only its first 64 KiB where they hold the header.
  public static func header(contentsOf path: String) throws(ImageError) -> ImageHeader {
    let start = try FileContents(path: path, limit: 1 << 16)
    do {
      return try header(of: start.bytes, name: path)
    } catch .truncated where !start.isWhole {
      return try header(of: FileContents(path: path).bytes, name: path)
    }
  }

  /// Decodes an image.
  ///
  /// - Parameters:
  ///   - data: The whole encoded image.
  ///   - name: What errors call it, usually the path.
  ///   - options: Channels, background, limits and orientation.
  public static func decode(
    _ data: [UInt8], name: String, options: DecodeOptions = DecodeOptions()
  ) throws(ImageError) -> PixelBuffer {
    try decode(data, name: name, options: options) { _ in nil }
  }

  /// Decodes an image file.
  public static func decode(
    contentsOf path: String, options: DecodeOptions = DecodeOptions()
  ) throws(ImageError) -> PixelBuffer {
    try decode(FileContents(path: path).bytes, name: path, options: options)
  }

  static func orientation(of data: [UInt8], format: ImageFormat) -> ImageOrientation {
    switch format {
    case .png: .upright
    case .jpeg: ImageOrientation(inJPEG: data)
    }
  }
}
