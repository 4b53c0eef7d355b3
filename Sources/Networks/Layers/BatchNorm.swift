/// Batch normalisation over the images and pixels of each channel, with a trained scale and shift.
///
/// In training the statistics are the shard's own. Running statistics follow
/// `running = (1 - momentum) * running + momentum * batch`, with the unbiased variance, as in PyTorch.
///
/// Source: Ioffe, Szegedy, "Batch normalization", ICML 2015.
public struct BatchNorm: Layer {
  public static let kind = "batch-norm"

  /// The share of the new statistics in the running ones (PyTorch's convention), 0...1.
  public var momentum: Float
  /// Added to the variance.
  public var epsilon: Float

  /// Creates a batch norm with PyTorch's defaults.
  public init(momentum: Float = 0.1, epsilon: Float = 1e-5) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard (0...1).contains(momentum), epsilon > 0 else {
      throw .setting(layer: name, problem: "momentum is in 0...1 and epsilon is positive")
    }
    return input
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    let shape = [input.channels]
    let statistic = { isVariance in
      ParameterSpecification.Role.statistic(
        .init(momentum: momentum, pixels: input.pixels, isVariance: isVariance))
    }
    return ParameterSpecification.scaleAndShift(shape) + [
      ParameterSpecification(name: "running_mean", shape: shape, role: statistic(false), initializer: .zeros),
      ParameterSpecification(name: "running_var", shape: shape, role: statistic(true), initializer: .ones),
    ]
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.batchNorm(input, self, name: name, fusedReLU: false)
  }

  /// An activation function that follows is part of the norm's own kernel.
  public func lower(
    _ input: Value, name: String, before next: (path: String, layer: any Layer)?, into plan: PlanBuilder
  ) throws -> (value: Value, includesNext: Bool) {
    if let next = next?.layer as? any ActivationLayer,
      let value = try plan.activatedNorm(
        input, self, name: name, below: next.activation, kind: type(of: next).kind)
    {
      return (value, true)
    }
    let relu = next?.layer is ReLU
    return (try plan.batchNorm(input, self, name: name, fusedReLU: relu), relu)
  }
}

extension BatchNorm {
  enum CodingKeys: String, CodingKey, CaseIterable { case momentum, epsilon }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind)
    let defaults = BatchNorm()
    self.init(
      momentum: try options.value(.momentum, default: defaults.momentum),
      epsilon: try options.value(.epsilon, default: defaults.epsilon))
  }
}
