import Networks

/// An activation that one operator says.
protocol ONNXActivation: ONNXLayer {
  /// The operator and its attributes.
  var onnx: (operation: String, attributes: [ONNXAttribute]) { get }
}

extension ONNXActivation {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    graph.add(onnx.operation, name, [input.name], shape: input.shape, onnx.attributes)
  }
}

extension ReLU: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) { ("Relu", []) }
}

extension Sigmoid: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) { ("Sigmoid", []) }
}

extension Tanh: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) { ("Tanh", []) }
}

extension LeakyReLU: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) { ("LeakyRelu", [.float("alpha", slope)]) }
}

extension ELU: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) { ("Elu", [.float("alpha", alpha)]) }
}

extension SELU: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) {
    ("Selu", [.float("alpha", 1.673_263_2), .float("gamma", 1.050_701)])
  }
}

extension HardSigmoid: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) {
    ("HardSigmoid", [.float("alpha", 1 / 6), .float("beta", 0.5)])
  }
}

extension HardSwish: ONNXActivation {
  var onnx: (operation: String, attributes: [ONNXAttribute]) { ("HardSwish", []) }
}

extension ReLU6: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let (least, most) = (graph.constant(name + ".min", [0]), graph.constant(name + ".max", [6]))
    return graph.add("Clip", name, [input.name, least, most], shape: input.shape)
  }
}

extension PReLU: ONNXLayer {
  /// ONNX's slopes are lined up with the last sides, and so need sides of 1 for the pixels.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let count = parameters(for: input.shape)[0].count
    let isImage = if case .image = input.shape { true } else { false }
    let slope = try graph.parameter(name + ".weight", shape: isImage ? [count, 1, 1] : [count])
    return graph.add("PRelu", name, [input.name, slope], shape: input.shape)
  }
}

extension SiLU: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let gate = graph.add("Sigmoid", name + ".sigmoid", [input.name], shape: input.shape)
    return graph.add("Mul", name, [input.name, gate.name], shape: input.shape)
  }
}

extension Softplus: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let factor = graph.constant(name + ".beta", [beta])
    let scaled = graph.add("Mul", name + ".scaled", [input.name, factor], shape: input.shape)
    let bent = graph.add("Softplus", name, [scaled.name], shape: input.shape)
    return graph.add("Div", name + ".unscaled", [bent.name, factor], shape: input.shape)
  }
}

extension GELU: ONNXLayer {
  /// Opset 17 has no operator of it: `x / 2 * (1 + erf(x / sqrt(2)))`, or the approximation by tanh.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let shape = input.shape
    let bent =
      switch approximate {
      case .none: errorFunction(input, name, &graph)
      case .tanh: tanh(input, name, &graph)
      }
    let one = graph.constant(name + ".one", [1])
    let half = graph.constant(name + ".half", [0.5])
    let sum = graph.add("Add", name + ".sum", [bent.name, one], shape: shape)
    let halved = graph.add("Mul", name + ".halved", [input.name, half], shape: shape)
    return graph.add("Mul", name, [halved.name, sum.name], shape: shape)
  }

  private func errorFunction(_ input: ONNXValue, _ name: String, _ graph: inout ONNXGraph) -> ONNXValue {
    let root = graph.constant(name + ".root", [Float(2).squareRoot()])
    let scaled = graph.add("Div", name + ".scaled", [input.name, root], shape: input.shape)
    return graph.add("Erf", name + ".erf", [scaled.name], shape: input.shape)
  }

  /// `tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))`.
  private func tanh(_ input: ONNXValue, _ name: String, _ graph: inout ONNXGraph) -> ONNXValue {
    let shape = input.shape
    let share = graph.constant(name + ".share", [0.044_715])
    let root = graph.constant(name + ".root", [(2 / Float.pi).squareRoot()])
    let square = graph.add("Mul", name + ".square", [input.name, input.name], shape: shape)
    let cube = graph.add("Mul", name + ".cube", [square.name, input.name], shape: shape)
    let part = graph.add("Mul", name + ".part", [cube.name, share], shape: shape)
    let sum = graph.add("Add", name + ".inner", [input.name, part.name], shape: shape)
    let scaled = graph.add("Mul", name + ".scaled", [sum.name, root], shape: shape)
    return graph.add("Tanh", name + ".tanh", [scaled.name], shape: shape)
  }
}
