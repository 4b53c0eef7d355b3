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
  /// Whether `initializer` is the layer's standard, in whose place a network's own initialiser comes.
  public var isStandardStart = false
  /// What the values that the initialiser draws are multiplied by.
  public var factor = 1.0

  /// Whether it is trained.
  public var isTrained: Bool {
    if case .statistic = role { false } else { true }
  }

  /// How many values it has.
  public var count: Int { shape.reduce(1, *) }

  /// The values that it starts with.
  public func initialTensor(seed: UInt64) -> Tensor {
    var values = initializer.values(name: name, shape: shape, fanIn: fanIn, fanOut: fanOut, seed: seed)
    if factor != 1 { values = values.map { Float(Double($0) * factor) } }
    return Tensor(name: name, shape: shape, values: values)
  }
}

extension ParameterSpecification {
  /// Weights of a convolution or a dense layer, with fans as PyTorch computes them: of `[O, I / groups, H, W]` or
  /// `[O, I]` fan-in is all but the first dimension and fan-out all but the second.
  /// - Parameters:
  ///   - own: how the layer says that they start, if it does.
  ///   - standard: how they start where neither layer nor network say anything.
  static func weight(_ shape: [Int], _ own: Initializer?, standard: Initializer) -> ParameterSpecification {
    let area = shape[2...].reduce(1, *)
    return ParameterSpecification(
      name: "weight", shape: shape, role: .weight, initializer: own ?? standard, fanIn: shape[1] * area,
      fanOut: shape[0] * area, isStandardStart: own == nil)
  }

  /// The biases of a layer with these weights: by the layer's own word, else as its word for weights asks, else as
  /// PyTorch's.
  /// - Parameters:
  ///   - count: output channels.
  ///   - own: how the layer says that they start, if it does.
  ///   - weights: how the layer says that its weights start, if it does.
  static func bias(
    _ count: Int, of weight: ParameterSpecification, _ own: Initializer?, weights: Initializer?
  ) -> ParameterSpecification {
    ParameterSpecification(
      name: "bias", shape: [count], role: .offset,
      initializer: own ?? weights?.forBiases ?? .pytorch, fanIn: weight.fanIn,
      isStandardStart: own == nil)
  }
}
