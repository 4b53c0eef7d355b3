import Kernels
import Parallel

/// Evolved sign momentum: every value takes a step of the same length, in the direction of the sign of its momentum. It
/// wants a learning rate 3 to 10 times lower than AdamW's, and a weight decay as much higher.
///
/// With `c = beta1 * m + (1 - beta1) * gradient`, each step subtracts
/// `learningRate * (sign(c) + weightDecay * weight)`; then `m = beta2 * m + (1 - beta2) * gradient`. Biases and the
/// parameters of norm layers do not decay.
///
/// Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023.
public struct Lion: Optimizer, Codable, Equatable, Sendable {
  /// What the momentum weighs in the direction, 0..<1.
  public var beta1: Double
  /// What the momentum keeps of itself a step, 0..<1.
  public var beta2: Double
  /// What a weight loses of itself a step, times the learning rate; 0 or more.
  public var weightDecay: Float

  /// An optimizer of its parameters.
  public init(beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Float = 0.1) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
  }

  /// One value for each weight: its momentum.
  public var momentCount: Int { 1 }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    slice.lion(learningRate: learningRate, beta1: beta1, beta2: beta2, weightDecay: weightDecay)
  }
}
