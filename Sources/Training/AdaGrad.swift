import Kernels
import Parallel

/// Steps divided by the root of all squared gradients so far, value by value: those that rarely have a gradient take
/// larger steps. The steps only shrink.
///
/// With `d = gradient + weightDecay * weight`, `s = s + d^2`, each step subtracts
/// `learningRate * d / (sqrt(s) + epsilon)`. Biases and the parameters of norm layers do not decay.
///
/// Source: Duchi, Hazan, Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
/// JMLR 2011, in the form of PyTorch's `Adagrad`.
public struct AdaGrad: Optimizer, Codable, Equatable, Sendable {
  /// Keeps a step finite where gradients vanish, above 0.
  public var epsilon: Float
  /// What a weight loses of itself a step, times the learning rate; 0 or more.
  public var weightDecay: Float
  /// Whether decay is decoupled: taken off the weights, not added to the gradient.
  public var decoupled: Bool

  /// An optimizer of its parameters.
  public init(epsilon: Float = 1e-10, weightDecay: Float = 0, decoupled: Bool = false) {
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decoupled = decoupled
  }

  /// One value for each weight: the sum of its squared gradients.
  public var momentCount: Int { 1 }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    if decoupled { slice.decayWeights(learningRate: learningRate, weightDecay: weightDecay) }
    slice.adagrad(
      learningRate: learningRate, epsilon: epsilon, weightDecay: decoupled ? 0 : weightDecay)
  }
}
