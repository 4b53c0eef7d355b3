/// A fully connected layer: `y = W x + b`, weights `[outputs, inputs]`.
public struct Dense: Layer {
  public static let kind = "dense"

  /// Output features.
  public var units: Int
  /// Whether a bias is added.
  public var bias: Bool

  /// Creates a dense layer.
  public init(_ units: Int, bias: Bool = true) {
    self.units = units
    self.bias = bias
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .vector = input else {
      throw .shape(layer: name, expected: "a vector (add Flatten or GlobalAveragePool)", got: input)
    }
    guard units > 0 else { throw .setting(layer: name, problem: "units is at least 1") }
    return .vector(units)
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    let weight = ParameterSpecification(
      name: "weight", shape: [units, input.count], role: .weight, initializer: .uniformFanIn,
      fanIn: input.count, fanOut: units)
    let offset = ParameterSpecification(
      name: "bias", shape: [units], role: .offset, initializer: .uniformFanIn, fanIn: input.count)
    return bias ? [weight, offset] : [weight]
  }

  public func forwardFLOPs(input: ActivationShape, output: ActivationShape) -> Int {
    2 * input.count * output.count
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.dense(input, self, name: name)
  }
}

extension Dense {
  enum CodingKeys: String, CodingKey, CaseIterable { case units, bias }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .units)
    self.init(try options.value(.units), bias: try options.value(.bias, default: true))
  }
}
