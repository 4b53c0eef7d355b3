import Networks

/// A layer that does nothing in inference.
protocol ONNXIdentity: ONNXLayer {}

extension ONNXIdentity {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue { input }
}

extension StochasticDepth: ONNXIdentity {}
extension AlphaDropout: ONNXIdentity {}
extension FeatureAlphaDropout: ONNXIdentity {}
extension GaussianNoise: ONNXIdentity {}

extension Dropout: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    graph.scaled(input, by: scaling == .inference ? 1 - probability : 1, name: name)
  }
}

extension SpatialDropout: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    graph.scaled(input, by: scaling == .inference ? 1 - probability : 1, name: name)
  }
}

extension ONNXGraph {
  /// A value times a number; the value itself where that is 1.
  mutating func scaled(_ input: ONNXValue, by factor: Double, name: String) -> ONNXValue {
    if factor == 1 { return input }
    let scale = constant(name + ".scale", [Float(factor)])
    return add("Mul", name, [input.name, scale], shape: input.shape)
  }
}
