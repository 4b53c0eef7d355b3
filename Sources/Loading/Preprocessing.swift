import Augmentation
import Pixels

/// How an image becomes a network's input: everything that evaluation and prediction need beside the weights.
/// It is saved in the model file.
public struct Preprocessing: Codable, Equatable, Sendable {
  /// How an image of another size is brought to the input's.
  public enum ResizeRule: String, Codable, Sendable {
    /// The largest part from the middle that has the input's proportions, resized: the shorter side is kept
    /// whole, and the longer one is cut at both ends alike.
    case centerCrop = "center-crop"
  }

  /// 1 (grey) or 3 (RGB).
  public var channels: Int
  /// Height in pixels.
  public var height: Int
  /// Width in pixels.
  public var width: Int
  /// What is taken from each channel, on the scale 0...1.
  public var mean: [Float]
  /// What each channel is divided by afterwards, on the same scale, above 0.
  public var std: [Float]
  /// How an image of another size is brought to the input's.
  public var resize: ResizeRule
  /// Red, green and blue (0...255) of what lies behind transparent pixels.
  public var background: [UInt8]

  /// Preprocessing for images of a size.
  /// - Parameters:
  ///   - mean: one value for each channel; by default that of ImageNet.
  ///   - std: one value for each channel; by default that of ImageNet.
  public init(
    channels: Int, height: Int, width: Int, mean: [Float]? = nil, std: [Float]? = nil,
    resize: ResizeRule = .centerCrop, background: [UInt8] = [255, 255, 255]
  ) {
    self.channels = channels
    self.height = height
    self.width = width
    self.mean = mean ?? (channels == 1 ? [0.449] : [0.485, 0.456, 0.406])
    self.std = std ?? (channels == 1 ? [0.226] : [0.229, 0.224, 0.225])
    self.resize = resize
    self.background = background
  }
}

// MARK: - Use, after validate()

extension Preprocessing {
  /// Brings a decoded image to the input's size. One that has it already stays as it is.
  func fit(_ image: PixelBuffer) throws(AugmentationError) -> PixelBuffer {
    if image.width == width && image.height == height { return image }
    switch resize {
    case .centerCrop:
      let recipe = AugmentationRecipe {
        CenterCrop(centralPart(of: ImageSize(width: image.width, height: image.height)))
        Resize(ImageSize(width: width, height: height))
      }
      return try recipe.apply(to: image, key: SampleKey(seed: 0, sample: 0))
    }
  }

  /// Whether an image of a size still covers the input with each side divided by a number.
  func allows(divisor: Int, for image: ImageSize) -> Bool {
    let part = centralPart(of: image)
    return part.width >= divisor * width && part.height >= divisor * height
  }

  /// The largest size within the image that has the input's proportions, rounded to pixels.
  private func centralPart(of image: ImageSize) -> ImageSize {
    let scale = min(Double(image.width) / Double(width), Double(image.height) / Double(height))
    return ImageSize(
      width: max(1, min(image.width, Int((Double(width) * scale).rounded()))),
      height: max(1, min(image.height, Int((Double(height) * scale).rounded()))))
  }

  /// What is done to an image of the input's size: mean and deviation.
  func normalization() throws(LoadingError) -> Normalize {
    do {
      return try Normalize(mean: mean, std: std)
    } catch {
      throw .invalidOption(
        name: "mean and std", value: "\(mean) and \(std)",
        expected: "one of each per channel, finite, std above 0")
    }
  }

  /// Throws unless an image can be prepared like this: values may come from a model file.
  func validate() throws(LoadingError) {
    if channels != 1 && channels != 3 {
      throw .invalidOption(name: "channels", value: "\(channels)", expected: "1 or 3")
    }
    for (name, side) in [("height", height), ("width", width)] where !(1...Self.longestSide).contains(side) {
      throw .invalidOption(name: name, value: "\(side)", expected: "1 to \(Self.longestSide) pixels")
    }
    if background.count != 3 {
      throw .invalidOption(name: "background", value: "\(background)", expected: "red, green and blue")
    }
    if mean.count != channels {
      throw .invalidOption(name: "mean", value: "\(mean)", expected: "\(channels) values, one per channel")
    }
    _ = try normalization()
  }

  /// A bound that keeps a damaged model file from asking for all memory, in pixels.
  static let longestSide = 4096
}
