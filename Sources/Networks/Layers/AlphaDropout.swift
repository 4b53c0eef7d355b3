import Kernels

/// Dropout for networks of ``SELU``s: what is dropped becomes what a SELU falls to far below 0, and all values are
/// scaled and shifted so that inputs of mean 0 and variance 1 stay so. The same as PyTorch's `AlphaDropout`.
///
/// Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NeurIPS 2017.
public struct AlphaDropout: DropoutLayer {
  public static let kind = "alpha-dropout"

  /// The probability that a value is dropped, 0..<1.
  public var probability: Double

  /// Creates an alpha dropout.
  public init(_ probability: Double) { self.probability = probability }

  var rule: DropoutRule { .alpha(probability) }
}

/// ``AlphaDropout`` of whole channels of images. The same as PyTorch's `FeatureAlphaDropout`.
public struct FeatureAlphaDropout: DropoutLayer {
  public static let kind = "feature-alpha-dropout"
  static let dropsChannels = true

  /// The probability that a channel of an image is dropped, 0..<1.
  public var probability: Double

  /// Creates a feature alpha dropout.
  public init(_ probability: Double) { self.probability = probability }

  var rule: DropoutRule { .alpha(probability) }
}

extension AlphaDropout {
  enum CodingKeys: String, CodingKey, CaseIterable { case probability }

  /// Reads the options.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .probability)
    self.init(try options.value(.probability))
  }
}

extension FeatureAlphaDropout {
  enum CodingKeys: String, CodingKey, CaseIterable { case probability }

  /// Reads the options.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .probability)
    self.init(try options.value(.probability))
  }
}
