import Kernels
import Parallel

/// Layer-wise adaptive moments for batch training: Adam's direction with decay, whose length is scaled, layer by layer,
/// to the size of the weights.
///
/// With Adam's moments corrected for their start at 0, `direction = m / (sqrt(v) + epsilon) + weightDecay * weight` and
/// `weight -= learningRate * |weight| / |direction| * direction`. Biases and the parameters of norm layers have neither
/// decay nor scaling.
///
/// Source: You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", 2019.
public struct LAMB: LayerwiseOptimizer, Codable, Equatable, Sendable {
  /// What the mean of the gradient keeps of itself a step, 0..<1.
  public var beta1: Double
  /// What the mean of its square keeps, 0..<1.
  public var beta2: Double
  /// Keeps the direction finite where gradients vanish, above 0.
  public var epsilon: Float
  /// What a weight loses of itself a step, times the learning rate and the scaling; 0 or more.
  public var weightDecay: Float

  /// An optimizer of its parameters.
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-6, weightDecay: Float = 0.01) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Two values for each weight: the means of its gradient and of the gradient's square.
  public var momentCount: Int { 2 }

  /// Finds the direction of one slice, and measures it.
  public func measure(_ slice: ParameterSlice, step: Int) -> SquaredNorms {
    slice.lambDirection(
      beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay, step: step)
  }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, norms: SquaredNorms, learningRate: Float, step: Int) {
    slice.lamb(norms: norms, learningRate: learningRate)
  }
}
