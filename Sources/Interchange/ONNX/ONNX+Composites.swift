import Networks

extension Block: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    try graph.add(layers, input, prefix: name)
  }
}

extension Residual: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let main = try graph.add(body, input, prefix: name)
    let side = try graph.add(shortcut, input, prefix: name + ".downsample")
    let sum = graph.add("Add", name + ".add", [main.name, side.name], shape: main.shape)
    return relu ? graph.add("Relu", name + ".add.relu", [sum.name], shape: sum.shape) : sum
  }
}
