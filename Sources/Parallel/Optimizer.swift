import Kernels

/// How weights follow their gradients. Applied to slices, by whichever worker owns the slice.
public protocol Optimizer: Sendable {
  /// Values that it remembers for each weight.
  static var momentCount: Int { get }

  /// Updates one slice.
  /// - Parameters:
  ///   - learningRate: of this step.
  ///   - step: steps done before this one, from 0.
  func update(_ slice: ParameterSlice, learningRate: Float, step: Int)
}
