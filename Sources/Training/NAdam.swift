import Kernels
import Parallel

/// Adam with Nesterov's momentum, which looks one step ahead; its momentum grows over the first steps.
///
/// Biases and the parameters of norm layers do not decay.
///
/// Source: Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016, in the form of PyTorch's `NAdam`.
public struct NAdam: Optimizer, Codable, Equatable, Sendable {
  /// What the mean of the gradient keeps of itself a step, 0..<1.
  public var beta1: Double
  /// What the mean of its square keeps, 0..<1.
  public var beta2: Double
  /// Keeps a step finite where gradients vanish, above 0.
  public var epsilon: Float
  /// What a weight loses of itself a step, times the learning rate; 0 or more.
  public var weightDecay: Float
  /// How fast the momentum grows from half of `beta1` to all of it; 0 or more.
  public var momentumDecay: Float
  /// Whether decay is decoupled: taken off the weights, not added to the gradient.
  public var decoupled: Bool

  /// An optimizer of its parameters.
  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0,
    momentumDecay: Float = 0.004, decoupled: Bool = false
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.momentumDecay = momentumDecay
    self.decoupled = decoupled
  }

  /// Two values for each weight: the means of its gradient and of the gradient's square.
  public var momentCount: Int { 2 }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    if decoupled { slice.decayWeights(learningRate: learningRate, weightDecay: weightDecay) }
    slice.nadam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, momentumDecay: momentumDecay,
      weightDecay: decoupled ? 0 : weightDecay, step: step)
  }
}
