import Kernels
import Parallel

/// Stochastic gradient descent with momentum and weight decay.
///
/// With `d = gradient + weightDecay * weight`, `m = momentum * m + d`, each step subtracts
/// `learningRate * (nesterov ? d + momentum * m : m)`. Biases and the parameters of norm layers do not decay.
///
/// Source: Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep
/// learning", ICML 2013, in the form of PyTorch's `SGD`.
public struct SGD: Optimizer, Codable, Equatable, Sendable {
  /// The share of the last update that the next one keeps, 0..<1.
  public var momentum: Float
  /// Whether the update looks ahead along the momentum.
  public var nesterov: Bool
  /// What a weight loses of itself a step, times the learning rate; 0 or more.
  public var weightDecay: Float
  /// Whether decay is decoupled: taken off the weights, not added to the gradient.
  public var decoupled: Bool

  /// An optimizer of its parameters.
  public init(
    momentum: Float = 0.9, nesterov: Bool = true, weightDecay: Float = 5e-4, decoupled: Bool = false
  ) {
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.decoupled = decoupled
  }

  /// One value for each weight: its momentum.
  public var momentCount: Int { 1 }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    if decoupled { slice.decayWeights(learningRate: learningRate, weightDecay: weightDecay) }
    slice.sgd(
      learningRate: learningRate, momentum: momentum, nesterov: nesterov,
      weightDecay: decoupled ? 0 : weightDecay)
  }
}
