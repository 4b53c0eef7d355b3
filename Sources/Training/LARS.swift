import Kernels
import Parallel

/// Layer-wise adaptive rate scaling: momentum whose steps are scaled, layer by layer, to the size of the weights, so
/// that large batches train with large learning rates.
///
/// For the weights of a layer, `m = momentum * m + learningRate * trust * (gradient + weightDecay * weight)` and
/// `weight -= m`, with `trust = trustCoefficient * |weight| / (|gradient| + weightDecay * |weight|)`. Biases and the
/// parameters of norm layers have neither decay nor trust.
///
/// Source: You, Gitman, Ginsburg, "Large Batch Training of Convolutional Networks", 2017.
public struct LARS: LayerwiseOptimizer, Codable, Equatable, Sendable {
  /// The share of the last update that the next one keeps, 0..<1.
  public var momentum: Float
  /// What a weight loses of itself a step, times the learning rate; 0 or more.
  public var weightDecay: Float
  /// How much of a layer's size a step may be, above 0.
  public var trustCoefficient: Float

  /// An optimizer of its parameters.
  public init(momentum: Float = 0.9, weightDecay: Float = 5e-4, trustCoefficient: Float = 0.001) {
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.trustCoefficient = trustCoefficient
  }

  /// One value for each weight: its momentum.
  public var momentCount: Int { 1 }

  /// Measures one slice.
  public func measure(_ slice: ParameterSlice, step: Int) -> SquaredNorms { slice.gradientNorms() }

  /// Updates one slice.
  public func update(_ slice: ParameterSlice, norms: SquaredNorms, learningRate: Float, step: Int) {
    slice.lars(
      norms: norms, learningRate: learningRate, momentum: momentum, weightDecay: weightDecay,
      trustCoefficient: trustCoefficient)
  }
}
