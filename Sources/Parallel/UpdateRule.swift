/// How the weights follow their gradients in a step.
///
/// In this order: the gradient of the penalty is added to the mean gradient, zeros are held, the sum is measured and clipped, the
/// optimizer takes its step, then come the proximal step of an L1 penalty and the bound of the units' norms.
public struct UpdateRule: Sendable {
  /// By which optimizer.
  public enum Method: Sendable {
    case slicewise(any Optimizer)
    /// After a pass that measures.
    case layerwise(any LayerwiseOptimizer)

    /// Values that the optimizer remembers for each weight.
    public var momentCount: Int {
      switch self {
      case .slicewise(let optimizer): optimizer.momentCount
      case .layerwise(let optimizer): optimizer.momentCount
      }
    }
  }

  /// The optimizer.
  public var method: Method
  /// Of this step.
  public var learningRate: Float
  /// Steps done before this one, from 0.
  public var step: Int
  /// What bounds the gradient.
  public var clipping = GradientClipping.none
  /// What the loss has beside that of the images.
  public var penalty = WeightPenalty()
  /// Whether weights that decay and are exactly 0 stay so.
  public var holdsZeros = false
  /// The largest norm that the weights of an output unit may have after the step; nil is any.
  public var maxNorm: Float?

  /// A rule of a step, without clipping, penalty and bound.
  public init(_ method: Method, learningRate: Float, step: Int) {
    self.method = method
    self.learningRate = learningRate
    self.step = step
  }

  /// Whether it needs to know which weights belong to which output unit.
  public var measuresUnits: Bool {
    if case .adaptive = clipping { true } else { maxNorm != nil }
  }
}

/// What bounds the gradient of a step, after its mean is taken.
public enum GradientClipping: Equatable, Sendable {
  /// Nothing.
  case none
  /// The norm of the whole gradient: where it is larger than the limit, all of it is multiplied by
  /// `limit / (norm + 1e-6)`. Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural
  /// networks", ICML 2013, as PyTorch's `clip_grad_norm_`.
  case norm(Float)
  /// Each value, to between minus and plus the limit. Source: PyTorch's `clip_grad_value_`.
  case value(Float)
  /// The norm of each output unit's gradient, to `factor * max(norm of its weights, 1e-3)`: adaptive gradient
  /// clipping. A vector, such as a bias, is one unit. Source: Brock, De, Smith, Simonyan, "High-Performance
  /// Large-Scale Image Recognition Without Normalization", ICML 2021, equation 3.
  case adaptive(Float)

  /// Whether it can begin only when the whole gradient, or that of a parameter, is known.
  var needsWholeGradient: Bool {
    switch self {
    case .none, .value: false
    case .norm, .adaptive: true
    }
  }
}

/// A penalty on weights: `l1 * |w| + l2 / 2 * w^2`, summed over all that decay; both together are the elastic net.
public struct WeightPenalty: Equatable, Sendable {
  /// The strength of L1, 0 or more.
  public var l1: Float
  /// The strength of L2, 0 or more.
  public var l2: Float
  /// Whether L1 is a proximal step after the optimizer's, which makes weights exactly 0, in place of its subgradient.
  public var isProximal: Bool

  /// A penalty; none by default.
  public init(l1: Float = 0, l2: Float = 0, isProximal: Bool = false) {
    self.l1 = l1
    self.l2 = l2
    self.isProximal = isProximal
  }

  /// Whether there is none.
  public var isNone: Bool { l1 == 0 && l2 == 0 }
}

/// What a parameter has of its own in every step.
public struct ParameterSetting: Equatable, Sendable {
  /// What its learning rate is times the step's.
  public var rate: Float = 1
  /// What its weight decay and penalties are times the step's; nil is 1 for weights of convolutions and dense layers,
  /// and 0 for biases and norm layers.
  public var decay: Float?
  /// Whether adaptive clipping applies to it.
  public var isClippedAdaptively = true
  /// Steps of the run before it began to train: what an optimizer corrects for its start counts from there.
  public var firstStep = 0

  /// Nothing of its own.
  public init() {}
}
