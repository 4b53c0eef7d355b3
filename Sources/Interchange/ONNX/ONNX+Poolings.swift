import Networks

extension MaxPool: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    let window = ONNXWindow(size, stride, padding, from: input.shape, to: output)
    return graph.add("MaxPool", name, [input.name], shape: output, window.attributes(before: padding))
  }
}

extension AveragePool: ONNXLayer {
  /// Only the zeros of the padding itself may count, not what a last window reaches beyond it: where one does,
  /// the padding is a node of its own.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    let window = ONNXWindow(size, stride, padding, from: input.shape, to: output)
    let reachesBeyond = max(window.after.height, window.after.width) > padding
    guard countIncludePad, padding > 0, reachesBeyond else {
      return graph.add(
        "AveragePool", name, [input.name], shape: output,
        window.attributes(before: padding) + [
          .int("count_include_pad", countIncludePad && !reachesBeyond ? 1 : 0)
        ])
    }
    let pads = graph.constant(name + ".pads", integers: [0, 0, padding, padding, 0, 0, padding, padding])
    let padded = graph.add("Pad", name + ".pad", [input.name, pads], shape: input.shape)
    return graph.add(
      "AveragePool", name, [padded.name], shape: output, window.attributes(before: 0, paddedBy: padding))
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

/// A moving window in ONNX's terms. Runtimes do not agree on `ceil_mode`, so that the padding at the end is said in
/// pixels.
private struct ONNXWindow {
  let size, stride: Int
  /// Pixels that the last windows need behind the input.
  let after: (height: Int, width: Int)

  init(_ size: Int, _ stride: Int, _ padding: Int, from input: ActivationShape, to output: ActivationShape) {
    self.size = size
    self.stride = stride
    guard case .image(_, let height, let width) = input, case .image(_, let rows, let columns) = output else {
      preconditionFailure("a pooling takes images and gives images")
    }
    after = (
      max(padding, (rows - 1) * stride + size - height - padding),
      max(padding, (columns - 1) * stride + size - width - padding)
    )
  }

  /// - Parameter paddedBy: pixels that a node before has added on every side.
  func attributes(before: Int, paddedBy padded: Int = 0) -> [ONNXAttribute] {
    [
      .ints("kernel_shape", [size, size]), .ints("strides", [stride, stride]),
      .ints("pads", [before, before, after.height - padded, after.width - padded]),
    ]
  }
}
