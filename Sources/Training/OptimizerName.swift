/// The optimizers that a configuration can name, with the values that their papers and users start from.
public enum OptimizerName: String, Codable, CaseIterable, Sendable {
  /// Stochastic gradient descent with momentum: ``SGD``.
  case sgd
  /// Momentum with layer-wise rates, for large batches: ``LARS``.
  case lars
  /// Adam with layer-wise rates, for large batches: ``LAMB``.
  case lamb

  /// The peak learning rate where none is given.
  public var usualLearningRate: Double {
    switch self {
    case .sgd: 0.1
    case .lars: 2
    case .lamb: 0.005
    }
  }

  /// The weight decay where none is given.
  public var usualWeightDecay: Double {
    switch self {
    case .sgd, .lars: 5e-4
    case .lamb: 0.01
    }
  }
}
