import Networks

extension MaxPool: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    graph.add(
      "MaxPool", name, [input.name], shape: try outputShape(for: input.shape, name: name),
      window(size: size, stride: stride, padding: padding))
  }
}

extension AveragePool: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    graph.add(
      "AveragePool", name, [input.name], shape: try outputShape(for: input.shape, name: name),
      window(size: size, stride: stride, padding: padding) + [.int("count_include_pad", 1)])
  }
}

extension GlobalAveragePool: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    let pooled = graph.add(
      "GlobalAveragePool", name, [input.name],
      shape: .image(channels: output.channels, height: 1, width: 1))
    return graph.add("Flatten", name + ".flatten", [pooled.name], shape: output, [.int("axis", 1)])
  }
}

private func window(size: Int, stride: Int, padding: Int) -> [ONNXAttribute] {
  [
    .ints("kernel_shape", [size, size]), .ints("strides", [stride, stride]),
    .ints("pads", [padding, padding, padding, padding]),
  ]
}
