/// One tensor of a layer's state.
public struct ParameterSpecification: Equatable, Sendable {
  /// What the tensor is for.
  public enum Role: Equatable, Sendable {
    /// Weights of a convolution or a dense layer: trained, and decayed.
    case weight
    /// Biases, scales and shifts: trained, not decayed.
    case offset
    /// Running statistics of batch norm: not trained.
    case statistic(Statistic)
  }

  /// How a running statistic follows those of the mini-batches.
  public struct Statistic: Equatable, Sendable {
    /// The share of the new value, 0...1.
    public var momentum: Float
    /// Values that one image adds to it.
    public var pixels: Int
    /// Whether it is a variance, whose running value is unbiased.
    public var isVariance: Bool
  }

  /// The name, such as `weight`; a path once it belongs to a network.
  public var name: String
  /// The shape in plain order.
  public var shape: [Int]
  /// What it is for.
  public var role: Role
  /// How it starts.
  public var initializer: Initializer
  /// Inputs of one output and outputs of one input, each times the kernel's area.
  public var fanIn = 1
  /// See ``fanIn``.
  public var fanOut = 1

  /// Whether it is trained.
  public var isTrained: Bool {
    if case .statistic = role { false } else { true }
  }

  /// How many values it has.
  public var count: Int { shape.reduce(1, *) }

  /// The values that it starts with.
  public func initialTensor(seed: UInt64) -> Tensor {
    Tensor(
      name: name, shape: shape,
      values: initializer.values(name: name, shape: shape, fanIn: fanIn, fanOut: fanOut, seed: seed))
  }
}
