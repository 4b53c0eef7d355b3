import Networks

extension DataParallel {
  /// Parameters and running statistics by torchvision's names, in plain order.
  public func state() throws -> [Tensor] {
    try group.runOnce(.state) { [self] in try weights.state(order) }
  }

  /// Takes over parameters and running statistics.
  /// - Throws: `NetworkError` naming the tensor that is missing, unknown or of another shape.
  public func load(state: [Tensor]) throws {
    try group.runOnce(.state) { [self] in try weights.load(state, order) }
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
}
