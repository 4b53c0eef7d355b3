import Networks

extension Conv2D: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let pads = paddingMode == .zeros ? sides : 0
    let padded =
      paddingMode == .zeros ? input : graph.pad(input, sides, paddingMode, name: name + ".pad")
    var inputs = [padded.name, try graph.weight(of: name, dropConnect)]
    if bias { inputs.append(try graph.parameter(name + ".bias")) }
    return graph.add(
      "Conv", name, inputs, shape: try outputShape(for: input.shape, name: name),
      [
        .ints("kernel_shape", [kernel, kernel]), .ints("strides", [stride, stride]),
        .ints("pads", [pads.top, pads.left, pads.bottom, pads.right]),
        .ints("dilations", [dilation, dilation]),
        .int("group", groups),
      ])
  }
}

extension Dense: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    // Of images each pixel is taken for itself, as by a convolution with a kernel of one pixel.
    let isPointwise = if case .image = input.shape { true } else { false }
    let shape = [units, input.shape.channels]
    var inputs = [
      input.name, try graph.weight(of: name, dropConnect, shape: isPointwise ? shape + [1, 1] : shape),
    ]
    if bias { inputs.append(try graph.parameter(name + ".bias")) }
    return isPointwise
      ? graph.add("Conv", name, inputs, shape: output, [.ints("kernel_shape", [1, 1])])
      : graph.add("Gemm", name, inputs, shape: output, [.int("transB", 1)])
  }
}

extension Flatten: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    graph.add("Flatten", name, [input.name], shape: .vector(input.shape.count), [.int("axis", 1)])
  }
}

extension ChannelPad: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    let pads =
      switch input.shape {
      case .image: [0, before, 0, 0, 0, after, 0, 0]
      case .vector: [0, before, 0, after]
      }
    let widths = graph.constant(name + ".pads", integers: pads)
    return graph.add("Pad", name, [input.name, widths], shape: output)
  }
}

extension LayerScale: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let isImage = if case .image = input.shape { true } else { false }
    let channels = input.shape.channels
    let factors = try graph.parameter(
      name + ".layer_scale", shape: isImage ? [channels, 1, 1] : [channels])
    return graph.add("Mul", name, [input.name, factors], shape: input.shape)
  }
}
