import Networks

extension DataParallel {
  /// Parameters and running statistics by torchvision's names, in plain order.
  public func state() throws -> [Tensor] {
    try group.runOnce(.state) { [self] in try weights.state() }
  }

  /// Takes over parameters and running statistics.
  /// - Throws: `NetworkError` naming the tensor that is missing, unknown or of another shape.
  public func load(state: [Tensor]) throws {
    try group.runOnce(.state) { [self] in try weights.load(state) }
  }

  /// A digest of the bits of each tensor of ``state()``, in its order: the weights as they are now, most of it done
  /// while the last update had them in the caches. The same for any number of workers.
  ///
  /// Parameters are digested as the kernels have them, so that digests of runs on other kernels say nothing.
  public var digests: [UInt32] {
    guard let reduction else { preconditionFailure("made for inference alone") }
    return reduction.digests(of: weights)
  }

  /// The optimizer's moments, named `moment0.conv1.weight`, in plain order.
  public func moments() throws -> [Tensor] {
    try group.runOnce(.state) { [self] in try weights.momentState() }
  }

  /// Takes over the optimizer's moments.
  /// - Throws: `NetworkError` naming the tensor that does not fit.
  public func load(moments: [Tensor]) throws {
    try group.runOnce(.state) { [self] in try weights.load(moments: moments) }
  }

  /// The norm of each trained parameter's gradient in the last step, before it was clipped, in a fixed order.
  public var gradientNorms: [(name: String, norm: Double)] {
    guard let reduction else { preconditionFailure("made for inference alone") }
    return reduction.parameterGradientNorms
  }

  /// The share of weights that are exactly zero, 0...1: of convolutions and dense layers, those alone that train and
  /// decay.
  public var sparsity: Double {
    guard let reduction else { preconditionFailure("made for inference alone") }
    return reduction.sparsity(of: weights)
  }
  /// Sets the smallest of these weights, over all layers, to zero, so that at least a share of them is, 0...1.
  public func zeroSmallest(_ share: Double) throws {
    guard let reduction else { preconditionFailure("made for inference alone") }
    try group.runOnce(.state) { [self] in reduction.zeroSmallest(share, of: weights) }
  }
}
