import Networks

extension Conv2D: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let (before, after) = padding.sides(extent: dilation * (kernel - 1) + 1)
    var inputs = [input.name, try graph.parameter(name + ".weight")]
    if bias { inputs.append(try graph.parameter(name + ".bias")) }
    return graph.add(
      "Conv", name, inputs, shape: try outputShape(for: input.shape, name: name),
      [
        .ints("kernel_shape", [kernel, kernel]), .ints("strides", [stride, stride]),
        .ints("pads", [before, before, after, after]), .ints("dilations", [dilation, dilation]),
        .int("group", groups),
      ])
  }
}

extension Dense: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    var inputs = [input.name, try graph.parameter(name + ".weight")]
    if bias { inputs.append(try graph.parameter(name + ".bias")) }
    return graph.add(
      "Gemm", name, inputs, shape: try outputShape(for: input.shape, name: name), [.int("transB", 1)])
  }
}

extension Flatten: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    graph.add("Flatten", name, [input.name], shape: .vector(input.shape.count), [.int("axis", 1)])
  }
}
