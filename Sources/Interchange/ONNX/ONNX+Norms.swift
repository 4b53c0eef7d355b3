import Networks

extension BatchNorm: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let tensors = try ["weight", "bias", "running_mean", "running_var"].map {
      try graph.parameter("\(name).\($0)")
    }
    return graph.add(
      "BatchNormalization", name, [input.name] + tensors, shape: input.shape, [.float("epsilon", epsilon)])
  }
}
