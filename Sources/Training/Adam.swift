import Kernels
import Parallel

/// Adaptive moments: a running mean of the gradient, divided by the root of a running mean of its square, both corrected
/// for their start at 0.
///
/// With `d = gradient + weightDecay * weight`, `m = beta1 * m + (1 - beta1) * d`, `v = beta2 * v + (1 - beta2) * d^2`,
/// each step subtracts `learningRate * m' / (sqrt(v') + epsilon)`. AdamW is the same with decoupled decay. Biases and the
/// parameters of norm layers do not decay.
///
/// Sources: Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015; Loshchilov, Hutter, "Decoupled Weight
/// Decay Regularization", ICLR 2019; Reddi, Kale, Kumar, "On the Convergence of Adam and Beyond", ICLR 2018; in the form
/// of PyTorch's `Adam` and `AdamW`.
public struct Adam: Optimizer, Codable, Equatable, Sendable {
  /// What the mean of the gradient keeps of itself a step, 0..<1.
  public var beta1: Double
  /// What the mean of its square keeps, 0..<1.
  public var beta2: Double
  /// Keeps a step finite where gradients vanish, above 0.
  public var epsilon: Float
  /// What a weight loses of itself a step, times the learning rate; 0 or more.
  public var weightDecay: Float
  /// Whether the largest mean square so far takes the place of the mean square (AMSGrad).
  public var amsgrad: Bool
  /// Whether decay is decoupled: taken off the weights, not added to the gradient. True makes it AdamW.
  public var decoupled: Bool

  /// An optimizer of its parameters.
  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0,
    amsgrad: Bool = false, decoupled: Bool = false
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.amsgrad = amsgrad
    self.decoupled = decoupled
  }

  /// For each weight the means of its gradient and of the gradient's square, and the largest of the latter for AMSGrad.
  public var momentCount: Int { amsgrad ? 3 : 2 }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    if decoupled { slice.decayWeights(learningRate: learningRate, weightDecay: weightDecay) }
    slice.adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      weightDecay: decoupled ? 0 : weightDecay, step: step)
  }
}
