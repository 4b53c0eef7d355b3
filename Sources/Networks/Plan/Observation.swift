import Kernels

/// A layer of a plan whose outputs can be looked at.
public struct Observation: Sendable {
  /// The layer's path.
  public let layer: String
  /// Values of all images.
  public let count: Int
  /// The operations up to the layer.
  let end: Int
  let buffer: BufferID
}

extension PlanBuilder {
  /// Lets the outputs of the layer that was just added be looked at, in fp32 and plain order.
  func observe(_ value: Value, name: String) throws {
    let plain = try reorder(value, to: Layout(plain: state(value).shape.dimensions(batch: batch)), name: name)
    let state = state(plain)
    observations.append(
      Observation(layer: name, count: state.layout.valueCount, end: operations.count, buffer: state.buffer))
  }
}

extension ReplicaRun {
  /// Runs the way forward up to a layer.
  /// - Parameters:
  ///   - observation: one of ``Plan/observations``.
  ///   - shard: the images.
  /// - Returns: the layer's outputs, in plain order; they stay until the replica runs again.
  public func outputs(
    of observation: Observation, _ shard: Shard
  ) throws(KernelError) -> UnsafeBufferPointer<Float> {
    take(shard)
    for operation in plan.operations[..<observation.end] { try operation.forward(self) }
    return UnsafeBufferPointer(start: floats(observation.buffer), count: observation.count)
  }
}
