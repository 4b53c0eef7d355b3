import Networks

extension Dropout: ONNXLayer {
  /// In inference nothing happens.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue { input }
}
