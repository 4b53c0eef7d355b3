import Kernels
import Parallel

/// Steps divided by the root of a running mean of the squared gradients, value by value; with the variance in place of
/// the mean square where it is centred, and with momentum where that is above 0.
///
/// With `d = gradient + weightDecay * weight`, `s = alpha * s + (1 - alpha) * d^2`, each step subtracts
/// `learningRate * d / (sqrt(s) + epsilon)`. Biases and the parameters of norm layers do not decay.
///
/// Source: Tieleman, Hinton, "Lecture 6.5: RMSProp", Coursera 2012, in the form of PyTorch's `RMSprop`.
public struct RMSProp: Optimizer, Codable, Equatable, Sendable {
  /// What the mean of the squares keeps of itself a step, 0..<1.
  public var alpha: Double
  /// Keeps a step finite where gradients vanish, above 0.
  public var epsilon: Float
  /// The share of the last update that the next one keeps, 0..<1.
  public var momentum: Float
  /// What a weight loses of itself a step, times the learning rate; 0 or more.
  public var weightDecay: Float
  /// Whether the mean of the gradient is taken off.
  public var centered: Bool
  /// Whether decay is decoupled: taken off the weights, not added to the gradient.
  public var decoupled: Bool

  /// An optimizer of its parameters.
  public init(
    alpha: Double = 0.99, epsilon: Float = 1e-8, momentum: Float = 0, weightDecay: Float = 0,
    centered: Bool = false, decoupled: Bool = false
  ) {
    self.alpha = alpha
    self.epsilon = epsilon
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.centered = centered
    self.decoupled = decoupled
  }

  /// For each weight the mean of the squares; the mean of the gradient where it is centred; the momentum where that is
  /// above 0.
  public var momentCount: Int { 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0) }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    if decoupled { slice.decayWeights(learningRate: learningRate, weightDecay: weightDecay) }
    slice.rmsprop(
      learningRate: learningRate, alpha: alpha, epsilon: epsilon, momentum: momentum, isCentred: centered,
      weightDecay: decoupled ? 0 : weightDecay)
  }
}
