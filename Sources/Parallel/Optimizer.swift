import Kernels

/// How weights follow their gradients. Applied to slices, by whichever worker owns the slice.
public protocol Optimizer: Sendable {
  /// Values that it remembers for each weight.
  var momentCount: Int { get }

  /// Updates one slice.
  /// - Parameters:
  ///   - learningRate: of this step.
  ///   - step: steps that the parameter has been trained before this one, from 0.
  func update(_ slice: ParameterSlice, learningRate: Float, step: Int)
}

/// How weights follow their gradients where the length of a layer's step depends on the whole layer: a pass over the
/// slices that measures, and one that updates.
public protocol LayerwiseOptimizer: Sendable {
  /// Values that it remembers for each weight.
  var momentCount: Int { get }

  /// Measures one slice. It may change the moments, and put a direction in the gradient's place.
  /// - Parameter step: steps that the parameter has been trained before this one, from 0.
  func measure(_ slice: ParameterSlice, step: Int) -> SquaredNorms

  /// Updates one slice, as ``measure(_:step:)`` left it.
  /// - Parameters:
  ///   - norms: the sum of what was measured over the slices of its parameter.
  ///   - learningRate: of this step.
  ///   - step: steps that the parameter has been trained before this one, from 0.
  func update(_ slice: ParameterSlice, norms: SquaredNorms, learningRate: Float, step: Int)
}
