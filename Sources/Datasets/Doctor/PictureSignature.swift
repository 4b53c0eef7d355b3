import Foundation
import Pixels

/// What a picture looks like, to find those that look the same whatever their size, format and quality: 16 by 16
/// pixels, red, green and blue, each the mean of its area.
struct PictureSignature: Equatable, Sendable {
  /// The pixels of a side.
  static let side = 16
  /// Near duplicates differ at most so much: the root mean square, in levels of 0...255.
  ///
  /// Measured on the samples in data/: saving as JPEG of quality 50, enlarging, 5% more brightness and nearly always
  /// halving stay below; the nearest pair of different pictures (two sandals of Fashion-MNIST, 9.0) is above.
  static let limit = 8.0
  /// And at most this share of the picture's own contrast, so that pale pictures are not all alike.
  static let relativeLimit = 0.15

  /// `side * side * 3` values.
  let values: [UInt8]
  /// The standard deviation of the values, in levels.
  let contrast: Double

  /// The signature of an RGB image.
  init(of image: PixelBuffer) {
    self.init(values: Miniature.of(image, width: Self.side, height: Self.side).bytes)
  }

  init(values: [UInt8]) {
    self.values = values
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Int($1) }
    let square = values.reduce(0) { $0 + Int($1) * Int($1) }
    contrast = max(0, Double(square) / count - Double(mean) / count * Double(mean) / count).squareRoot()
  }

  /// The root mean square of the difference, in levels: a metric.
  func distance(to other: PictureSignature) -> Double {
    let (a, b) = (values.span, other.values.span)
    var sum: Int32 = 0
    for index in 0..<min(a.count, b.count) {
      let difference = Int32(a[index]) &- Int32(b[index])
      sum &+= difference &* difference
    }
    return (Double(sum) / Double(values.count)).squareRoot()
  }

  /// Whether two pictures at a distance are near duplicates.
  func isNear(_ other: PictureSignature, distance: Double) -> Bool {
    distance <= Self.limit && distance <= Self.relativeLimit * max(contrast, other.contrast)
  }
}

extension PictureSignature: Codable {
  /// Reads base64.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let data = Data(base64Encoded: try container.decode(String.self)),
      data.count == Self.side * Self.side * 3
    else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a signature")
    }
    self.init(values: [UInt8](data))
  }

  /// Writes base64.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Data(values).base64EncodedString())
  }
}
