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

extension Parallel: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    let parts = try branches.indices.map { try graph.add(named($0), input, prefix: name) }
    if parts.count == 1 { return parts[0] }
    return switch combine {
    case .concat:
      graph.add("Concat", name + ".concat", parts.map(\.name), shape: output, [.int("axis", 1)])
    case .sum: graph.add("Sum", name + ".sum", parts.map(\.name), shape: output)
    }
  }
}

extension SqueezeExcitation: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let channels = input.shape.channels
    let means = graph.add(
      "GlobalAveragePool", name + ".avgpool", [input.name],
      shape: .image(channels: channels, height: 1, width: 1))
    let factors = try graph.add(excitation(channels: channels), means, prefix: name)
    return graph.add("Mul", name, [input.name, factors.name], shape: input.shape)
  }
}
