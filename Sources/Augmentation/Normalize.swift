internal import CPixels

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
}

extension Normalize {
  /// Writes an image as fp32 planes, one channel after the other.
  /// - Parameters:
  ///   - image: has as many channels as there are means.
  ///   - target: has room for exactly the image: channels x height x width.
  ///   - mirrored: whether left becomes right, in the same pass.
  /// - Throws: ``AugmentationError/shapeMismatch(expected:got:)``.
  public func store(
    _ image: PixelBuffer, into target: inout MutableSpan<Float>, mirrored: Bool = false
  ) throws(AugmentationError) {
    try check(image, room: target.count)
    target.withUnsafeMutableBufferPointer { target in
      withTask(image, mirrored: mirrored) { cp_store_f32(PixelKernels.level, $0, target.baseAddress) }
    }
  }

  /// Writes an image as bf16 planes: what the fp32 ones hold, rounded to nearest even.
  /// - Parameters:
  ///   - image: has as many channels as there are means.
  ///   - target: has room for exactly the image: the bits of channels x height x width numbers.
  ///   - mirrored: whether left becomes right, in the same pass.
  /// - Throws: ``AugmentationError/shapeMismatch(expected:got:)``.
  public func storeBF16(
    _ image: PixelBuffer, into target: inout MutableSpan<UInt16>, mirrored: Bool = false
  ) throws(AugmentationError) {
    try check(image, room: target.count)
    target.withUnsafeMutableBufferPointer { target in
      withTask(image, mirrored: mirrored) { cp_store_bf16(PixelKernels.level, $0, target.baseAddress) }
    }
  }

  private func check(_ image: PixelBuffer, room: Int) throws(AugmentationError) {
    guard image.channels == mean.count else {
      throw .shapeMismatch(expected: "an image of \(mean.count) channels", got: "\(image.channels)")
    }
    guard room == image.bytes.count else {
      throw .shapeMismatch(
        expected: "room for \(image.bytes.count) values (\(image.channels)x\(ImageSize(of: image)))",
        got: "\(room)")
    }
  }

  private func withTask(_ image: PixelBuffer, mirrored: Bool, _ store: (UnsafePointer<cp_store_task>) -> Void)
  {
    // Four numbers of which as many count as there are channels.
    var scale = SIMD4<Float>.zero
    var offset = SIMD4<Float>.zero
    for channel in mean.indices {
      scale[channel] = 1 / (255 * std[channel])
      offset[channel] = -mean[channel] / std[channel]
    }
    withUnsafeBytes(of: scale) { scale in
      withUnsafeBytes(of: offset) { offset in
        image.bytes.withUnsafeBufferPointer { source in
          var task = cp_store_task()
          task.source = source.baseAddress
          task.source_stride = image.width * image.channels
          (task.channels, task.width, task.height) = (
            Int32(image.channels), Int32(image.width), Int32(image.height)
          )
          task.mirrored = mirrored
          task.scale = scale.baseAddress?.assumingMemoryBound(to: Float.self)
          task.offset = offset.baseAddress?.assumingMemoryBound(to: Float.self)
          store(&task)
        }
      }
    }
  }
}
