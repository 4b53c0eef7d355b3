import Pixels

/// Decodes and encodes PNG and JPEG images.
///
/// Formats are told by content, never by a file's extension. Data that is truncated, damaged, hostile or of
/// another format gives an `ImageError`, never a trap and never an image with parts painted over, unless
/// ``DecodeOptions/truncated`` asks to keep what there is of a truncated one.
///
/// Pixels are those of Pillow 13: PNG exactly, JPEG within one level. 16 bits become 8 by their high byte, which is
/// Pillow's rule for RGB and alpha. Three kinds of PNG differ on purpose, where Pillow goes against the format:
/// 16-bit grey follows that rule too (Pillow clips it to 255), a transparent colour is matched in all its 16 bits
/// (Pillow matches the low 8), and one in grey of less than 8 bits is matched before scaling.
///
/// A file may hold several images (APNG, MPO): the first counts.
public enum ImageCodec {}

extension ImageCodec {
  /// Reads an image's header: microseconds, and no memory that grows with the image.
  ///
  /// - Parameters:
  ///   - data: The whole encoded image, or at least everything before its pixels.
  ///   - name: What errors call it, usually the path.
  public static func header(of data: [UInt8], name: String) throws(ImageError) -> ImageHeader {
    let format = try ImageFormat.recognise(data, name: name)
    let orientation = ImageOrientation(in: data, format: format)
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
}
