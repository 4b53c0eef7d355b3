import CImageCodecs
import Glibc
import Pixels

extension ImageCodec {
  /// Encodes an image as an 8-bit PNG of the same channels, without loss.
  ///
  /// - Parameters:
  ///   - image: 1, 3 or 4 channels.
  ///   - compression: zlib's level, 0 (none) to 9 (smallest).
  public static func encodePNG(_ image: PixelBuffer, compression: Int = 6) throws(ImageError) -> [UInt8] {
    guard (0...9).contains(compression) else {
      throw .notEncodable(format: .png, reason: "compression is 0 to 9, not \(compression)")
    }
    return try encode(image, as: .png) { pixels, info, encoded, count, text, capacity in
      cimage_png_write(pixels, info, Int32(compression), encoded, count, text, capacity)
    }
  }

  /// Encodes an image as a baseline JPEG with chroma halved in both directions.
  ///
  /// - Parameters:
  ///   - image: 1 or 3 channels.
  ///   - quality: libjpeg's quality, 1 to 100.
  public static func encodeJPEG(_ image: PixelBuffer, quality: Int = 90) throws(ImageError) -> [UInt8] {
    guard (1...100).contains(quality) else {
      throw .notEncodable(format: .jpeg, reason: "quality is 1 to 100, not \(quality)")
    }
    guard image.channels != 4 else {
      throw .notEncodable(format: .jpeg, reason: "it has an alpha channel (expected 1 or 3 channels)")
    }
    return try encode(image, as: .jpeg) { pixels, info, encoded, count, text, capacity in
      cimage_jpeg_write(pixels, info, Int32(quality), encoded, count, text, capacity)
    }
  }

  private typealias Encode = (
    _ pixels: UnsafePointer<UInt8>?, _ info: CImageInfo,
    _ encoded: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, _ count: UnsafeMutablePointer<Int>,
    _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int
  ) -> CImageStatus

  private static func encode(
    _ image: PixelBuffer, as format: ImageFormat, _ write: Encode
  ) throws(ImageError) -> [UInt8] {
    guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height) else {
      throw .notEncodable(format: format, reason: "\(image.width) x \(image.height) pixels are too many")
    }
    let info = CImageInfo(width: width, height: height, channels: UInt32(image.channels))
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    do {
      try image.bytes.withUnsafeBufferPointer { pixels throws(ImageError) in
        try check(format: format, name: "the image") { text, capacity in
          write(pixels.baseAddress, info, &encoded, &count, text, capacity)
        }
      }
    } catch .unsupportedKind(_, _, let detail) {
      throw .notEncodable(format: format, reason: detail)
    }
    defer { free(encoded) }
    return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
  }
}
