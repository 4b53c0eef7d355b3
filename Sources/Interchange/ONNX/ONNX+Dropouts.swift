import Networks

/// A layer that does nothing in inference.
protocol ONNXIdentity: ONNXLayer {}

extension ONNXIdentity {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue { input }
}

extension Dropout: ONNXIdentity {}
extension StochasticDepth: ONNXIdentity {}
