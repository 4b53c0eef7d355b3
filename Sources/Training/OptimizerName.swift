/// The optimizers that a configuration can name, with the values that their papers and users start from.
public enum OptimizerName: String, Codable, CaseIterable, Sendable {
  /// Stochastic gradient descent with momentum: ``SGD``.
  case sgd
  /// Steps divided by the root of all squared gradients so far: ``AdaGrad``.
  case adagrad
  /// Steps divided by the root of a running mean of squared gradients: ``RMSProp``.
  case rmsprop
  /// Adaptive moments: ``Adam``.
  case adam
  /// Adaptive moments with decoupled weight decay: ``Adam``.
  case adamw
  /// Adam with Nesterov's momentum: ``NAdam``.
  case nadam
  /// Sign momentum: ``Lion``.
  case lion
  /// Momentum with layer-wise rates, for large batches: ``LARS``.
  case lars
  /// Adam with layer-wise rates, for large batches: ``LAMB``.
  case lamb

  /// The peak learning rate where none is given: PyTorch's default, and the papers' where it has none; 0.1 for sgd, and
  /// for rmsprop 0.001, since its 0.01 is too much for most networks.
  public var usualLearningRate: Double {
    switch self {
    case .sgd: 0.1
    case .adagrad: 0.01
    case .rmsprop, .adam, .adamw: 0.001
    case .nadam: 0.002
    case .lion: 1e-4
    case .lars: 2
    case .lamb: 0.005
    }
  }

  /// The weight decay where none is given.
  public var usualWeightDecay: Double {
    switch self {
    case .sgd, .lars: 5e-4
    case .adagrad, .rmsprop, .adam, .nadam: 0
    case .adamw, .lamb: 0.01
    case .lion: 0.1
    }
  }

  /// What the means of the gradient and of its square keep of themselves a step, where nothing is given.
  var usualBetas: (Double, Double) { self == .lion ? (0.9, 0.99) : (0.9, 0.999) }

  /// The epsilon where none is given.
  var usualEpsilon: Double {
    switch self {
    case .adagrad: 1e-10
    case .lamb: 1e-6
    default: 1e-8
    }
  }
}

extension OptimizerName {
  static let withMomentum: [OptimizerName] = [.sgd, .rmsprop, .lars]
  /// Those whose momentum, or `beta1` in its place, a schedule may move.
  static let withScheduledMomentum: [OptimizerName] = [.sgd, .lars, .adam, .adamw, .lion, .lamb]
  static let withBetas: [OptimizerName] = [.adam, .adamw, .nadam, .lion, .lamb]
  static let withEpsilon: [OptimizerName] = [.adagrad, .rmsprop, .adam, .adamw, .nadam, .lamb]
  /// Those that add weight decay to the gradient, unless it is asked to be decoupled.
  static let withCoupledDecay: [OptimizerName] = [.sgd, .adagrad, .rmsprop, .adam, .nadam]
}
