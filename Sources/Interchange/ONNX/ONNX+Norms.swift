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

extension GroupNorm: ONNXLayer {
  /// Opset 17 knows none, but norms of each channel by itself: a group is made one channel for a moment.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let shape = try outputShape(for: input.shape, name: name)
    let grouped = graph.constant(name + ".groups", integers: [0, groups, -1])
    let ones = graph.constant(name + ".ones", shape: [groups], [Float](repeating: 1, count: groups))
    let zeros = graph.constant(name + ".zeros", shape: [groups], [Float](repeating: 0, count: groups))
    let sides = graph.constant(name + ".shape", integers: [-1] + Self.sides(of: shape))
    let joined = graph.add("Reshape", name, [input.name, grouped], shape: shape)
    let normed = graph.add(
      "InstanceNormalization", name, [joined.name, ones, zeros], shape: shape, [.float("epsilon", epsilon)])
    let apart = graph.add("Reshape", name, [normed.name, sides], shape: shape)
    if !affine { return apart }
    let channels = Self.sides(of: shape).enumerated().map { $0 == 0 ? $1 : 1 }
    let scale = try graph.parameter(name + ".weight", shape: channels)
    let shift = try graph.parameter(name + ".bias", shape: channels)
    let scaled = graph.add("Mul", name, [apart.name, scale], shape: shape)
    return graph.add("Add", name, [scaled.name, shift], shape: shape)
  }

  fileprivate static func sides(of shape: ActivationShape) -> [Int] {
    switch shape {
    case .image(let channels, let height, let width): [channels, height, width]
    case .vector(let count): [count]
    }
  }
}

extension LayerNorm: ONNXLayer {
  /// ONNX norms the last dimensions, so that for a norm over channels these come last for a moment.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let shape = try outputShape(for: input.shape, name: name)
    let isOfPixels = if case .image = shape { over == .channels } else { false }
    var value = input
    if isOfPixels {
      value = graph.add("Transpose", name, [value.name], shape: shape, [.ints("perm", [0, 2, 3, 1])])
    }
    var inputs = [value.name]
    if affine {
      inputs += [try graph.parameter(name + ".weight"), try graph.parameter(name + ".bias")]
    } else {
      let sides = isOfPixels ? [shape.channels] : GroupNorm.sides(of: shape)
      let count = sides.reduce(1, *)
      inputs.append(graph.constant(name + ".ones", shape: sides, [Float](repeating: 1, count: count)))
    }
    value = graph.add(
      "LayerNormalization", name, inputs, shape: shape,
      [.int("axis", isOfPixels ? -1 : 1), .float("epsilon", epsilon)])
    return isOfPixels
      ? graph.add("Transpose", name, [value.name], shape: shape, [.ints("perm", [0, 3, 1, 2])]) : value
  }
}

extension LocalResponseNorm: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    guard size % 2 == 1 else {
      throw ONNXError.noOperator(
        layer: name, kind: Self.kind, reason: "of an even size ONNX takes other neighbours than PyTorch")
    }
    return graph.add(
      "LRN", name, [input.name], shape: try outputShape(for: input.shape, name: name),
      [.int("size", size), .float("alpha", alpha), .float("beta", beta), .float("bias", k)])
  }
}
