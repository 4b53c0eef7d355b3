import Kernels

/// Dropout of whole channels of images: neighbouring pixels of a channel are so much alike that dropping single ones
/// hides little. PyTorch's `Dropout2d`.
///
/// Source: Tompson, Goroshin, Jain, LeCun, Bregler, "Efficient object localization using convolutional networks",
/// CVPR 2015.
public struct SpatialDropout: DropoutLayer {
  public static let kind = "spatial-dropout"
  static let dropsChannels = true

  /// The probability that a channel of an image becomes zero, 0..<1.
  public var probability: Double
  /// When values are scaled.
  public var scaling: Dropout.Scaling

  /// Creates a spatial dropout.
  public init(_ probability: Double, scaling: Dropout.Scaling = .training) {
    self.probability = probability
    self.scaling = scaling
  }

  var rule: DropoutRule { scaling == .training ? .inverted(probability) : .classic(probability) }
}

extension SpatialDropout {
  enum CodingKeys: String, CodingKey, CaseIterable { case probability, scaling }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .probability)
    self.init(
      try options.value(.probability), scaling: try options.value(.scaling, default: .training))
  }
}
