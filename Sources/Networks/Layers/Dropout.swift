/// Inverted dropout: in training each feature is zeroed with a probability and the others are scaled up;
/// in inference nothing happens.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
public struct Dropout: Layer {
  public static let kind = "dropout"

  /// The probability of a zero, 0..<1.
  public var probability: Double

  /// Creates a dropout.
  public init(_ probability: Double) { self.probability = probability }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard probability >= 0, probability < 1 else {
      throw .setting(layer: name, problem: "the probability is in 0..<1, not \(probability)")
    }
    return input
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.dropout(input, probability: probability, name: name)
  }
}

extension Dropout {
  enum CodingKeys: String, CodingKey, CaseIterable { case probability }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .probability)
    self.init(try options.value(.probability))
  }
}
