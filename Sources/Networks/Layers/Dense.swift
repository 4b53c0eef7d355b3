/// A fully connected layer: `y = W x + b`, weights `[outputs, inputs]`; of a vector, or of each pixel's channels.
public struct Dense: ConnectedLayer {
  public static let kind = "dense"

  /// Output features.
  public var units: Int
  /// Whether a bias is added.
  public var bias: Bool
  /// Whether images are taken too, each pixel for itself.
  public var pointwise: Bool
  /// How the weights start; nil follows the network, and else is PyTorch's default.
  public var initializer: Initializer?
  /// How biases start; nil is zero where the layer or the network says how weights start, else PyTorch's default.
  public var biasInitializer: Initializer?
  /// Weights that are left out of a step; nil for none.
  public var dropConnect: DropConnect?

  /// Creates a dense layer.
  public init(
    _ units: Int, bias: Bool = true, pointwise: Bool = false, init initializer: Initializer? = nil,
    biasInit biasInitializer: Initializer? = nil, dropConnect: DropConnect? = nil
  ) {
    self.units = units
    self.bias = bias
    self.pointwise = pointwise
    self.initializer = initializer
    self.biasInitializer = biasInitializer
    self.dropConnect = dropConnect
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    if case .image = input, !pointwise {
      throw .shape(layer: name, expected: "a vector (add Flatten or GlobalAveragePool)", got: input)
    }
    guard units > 0 else { throw .setting(layer: name, problem: "units is at least 1") }
    try check(initializer, biasInitializer, name: name)
    try dropConnect?.check(layer: name)
    return input.with(channels: units)
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    let weight = ParameterSpecification.weight([units, input.channels], initializer, standard: .pytorch)
    return bias ? [weight, .bias(units, of: weight, biasInitializer, weights: initializer)] : [weight]
  }

  public func forwardFLOPs(input: ActivationShape, output: ActivationShape) -> Int {
    2 * input.channels * output.count
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.dense(input, self, name: name)
  }

  public func lower(
    _ input: Value, name: String, before next: (path: String, layer: any Layer)?, into plan: PlanBuilder
  ) throws -> (value: Value, includesNext: Bool) {
    if let averaged = try plan.gaussianAverage(input, of: self, before: next?.layer, name: name) {
      return (averaged, true)
    }
    return (try plan.dense(input, self, name: name), false)
  }

  func lower(
    _ input: Value, name: String, into plan: PlanBuilder, change: WeightChange
  ) throws -> Value {
    try plan.dense(input, self, name: name, change: change)
  }
}

extension Dense {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case units, bias, pointwise
    case initializer = "init"
    case biasInitializer = "bias-init"
    case dropConnect = "drop-connect"
  }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .units)
    self.init(
      try options.value(.units), bias: try options.value(.bias, default: true),
      pointwise: try options.value(.pointwise, default: false),
      init: try options.value(.initializer, default: nil),
      biasInit: try options.value(.biasInitializer, default: nil),
      dropConnect: try options.value(.dropConnect, default: nil))
  }
}
