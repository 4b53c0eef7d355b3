import Kernels

/// Dropout: in training each value of each image is zeroed with a probability. On images, features and vectors.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
public struct Dropout: DropoutLayer {
  public static let kind = "dropout"

  /// Where values are scaled so that training and inference expect the same.
  public enum Scaling: String, Codable, Sendable, CaseIterable, Choice {
    /// In training by `1 / (1 - probability)`, as in PyTorch: inverted dropout, which costs inference nothing.
    case training
    /// In inference by `1 - probability`, as in the paper.
    case inference
  }

  /// The probability of a zero, 0..<1.
  public var probability: Double
  /// When values are scaled.
  public var scaling: Scaling

  /// Creates a dropout.
  public init(_ probability: Double, scaling: Scaling = .training) {
    self.probability = probability
    self.scaling = scaling
  }

  var rule: DropoutRule { scaling == .training ? .inverted(probability) : .classic(probability) }
}

/// What layers that drop values share.
protocol DropoutLayer: Layer {
  /// The probability that something is dropped.
  var probability: Double { get }
  /// What happens to what is kept and to what is dropped.
  var rule: DropoutRule { get }
  /// Whether a draw is for a whole channel of an image.
  static var dropsChannels: Bool { get }
}

extension DropoutLayer {
  static var dropsChannels: Bool { false }
  public var drawsInTraining: Bool { true }

  /// What inference multiplies by: the share that is kept, where training leaves what it keeps as it is.
  var inferenceScale: Double { rule == .classic(probability) ? 1 - probability : 1 }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard probability >= 0, probability < 1 else {
      throw .setting(layer: name, problem: "the probability is in 0..<1, not \(probability)")
    }
    if Self.dropsChannels, case .vector = input {
      throw .shape(layer: name, expected: "images, whose channels it drops", got: input)
    }
    return input
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.dropout(input, self, name: name)
  }
}

extension Dropout {
  enum CodingKeys: String, CodingKey, CaseIterable { case probability, scaling }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .probability)
    self.init(
      try options.value(.probability), scaling: try options.value(.scaling, default: .training))
  }
}
