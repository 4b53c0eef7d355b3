/// The last step: 8-bit pixels to the numbers that a network takes.
///
/// `(value / 255 - mean) / std` for each channel, in fp32, channels first (CHW).
public struct Normalize: Codable, Equatable, Sendable {
  /// The mean of each channel, on a scale of 0...1.
  public let mean: [Float]
  /// The standard deviation of each channel, on a scale of 0...1, above 0.
  public let std: [Float]

  /// The means and deviations of ImageNet's training images, as torchvision's models expect them.
  public static let imageNet = Normalize(
    uncheckedMean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])

  /// A normalisation of 1, 3 or 4 channels.
  /// - Throws: ``AugmentationError/shapeMismatch(expected:got:)`` where the numbers do not fit, a mean is not
  ///   finite or a deviation is not above 0.
  public init(mean: [Float], std: [Float]) throws(AugmentationError) {
    guard [1, 3, 4].contains(mean.count), mean.count == std.count else {
      throw .shapeMismatch(
        expected: "a mean and a std for each of 1, 3 or 4 channels",
        got: "\(mean.count) means and \(std.count) stds")
    }
    guard mean.allSatisfy(\.isFinite), std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .shapeMismatch(expected: "finite means and stds above 0", got: "mean \(mean), std \(std)")
    }
    self.init(uncheckedMean: mean, std: std)
  }

  private init(uncheckedMean mean: [Float], std: [Float]) {
    self.mean = mean
    self.std = std
  }

  /// Reads and checks `mean` and `std`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      mean: container.decode([Float].self, forKey: .mean), std: container.decode([Float].self, forKey: .std))
  }

  /// Writes an image as fp32 planes, one channel after the other.
  /// - Parameters:
  ///   - image: has as many channels as there are means.
  ///   - target: has room for exactly the image: channels x height x width.
  /// - Throws: ``AugmentationError/shapeMismatch(expected:got:)``.
  public func store(_ image: PixelBuffer, into target: inout MutableSpan<Float>) throws(AugmentationError) {
    guard image.channels == mean.count else {
      throw .shapeMismatch(expected: "an image of \(mean.count) channels", got: "\(image.channels)")
    }
    guard target.count == image.bytes.count else {
      throw .shapeMismatch(
        expected: "room for \(image.bytes.count) values (\(image.channels)x\(ImageSize(of: image)))",
        got: "\(target.count)")
    }
    for channel in 0..<image.channels {
      switch image.channels {
      case 1: storePlane(channel, of: image, channels: 1, into: &target)
      case 3: storePlane(channel, of: image, channels: 3, into: &target)
      default: storePlane(channel, of: image, channels: 4, into: &target)
      }
    }
  }

  // Inlined with a constant number of channels.
  @inline(__always)
  private func storePlane(
    _ channel: Int, of image: PixelBuffer, channels: Int, into target: inout MutableSpan<Float>
  ) {
    let scale = 1 / (255 * std[channel])
    let offset = -mean[channel] / std[channel]
    let count = image.width * image.height
    let source = image.bytes.span
    for pixel in 0..<count {
      target[channel * count + pixel] = Float(source[pixel * channels + channel]) * scale + offset
    }
  }
}
