import Kernels

/// Pixel-major images as one vector each, in PyTorch's order, in a plan.
struct PlannedFlatten: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let images: Int

  func forward(_ run: ReplicaRun) {
    PixelMajor.flatten(
      run.address(input.buffer), images: images, channels: input.shape.channels, pixels: input.shape.pixels,
      type: input.layout.type, into: run.address(output.buffer))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    PixelMajor.unflatten(
      run.address(outputGradient), images: images, channels: input.shape.channels, pixels: input.shape.pixels,
      type: input.layout.type, into: run.address(inputGradient))
  }
}

extension PlanBuilder {
  /// The same values in another shape, in plain order.
  func reshape(_ value: Value, to shape: ActivationShape, name: String) throws -> Value {
    let flat = try flatten(value, name: name)
    guard case .image = shape else { return flat }
    return reinterpret(
      flat, as: shape, try Layout(shape.dimensions(batch: batch), .nchw, state(flat).layout.type))
  }

  /// `[N, C, H, W]` as `[N, C * H * W]`, channels outermost. Costs nothing where memory is in that order.
  func flatten(_ value: Value, name: String) throws -> Value {
    let from = state(value)
    let matrix = try Layout([batch, from.shape.count], .nc, from.layout.type)
    switch (from.shape, from.layout.order) {
    case (.vector, .nc): return value
    case (.vector(let count), _):
      return reinterpret(try reorder(value, to: matrix, name: name), as: .vector(count), matrix)
    case (.image(let channels, 1, 1), .nhwc), (.image(let channels, 1, 1), .nchw),
      (.image(let channels, 1, 1), .hwnc):
      return reinterpret(value, as: .vector(channels), matrix)
    case (.image(let channels, 1, 1), .nchw16c) where channels % 16 == 0,
      (.image(let channels, 1, 1), .nchw8c) where channels % 8 == 0:
      return reinterpret(value, as: .vector(channels), matrix)
    case (.image, .hwnc):
      let output = newValue(.vector(from.shape.count), matrix)
      let to = state(output)
      add(
        PlannedFlatten(input: from, output: to, images: batch),
        Uses(
          forward: [from.buffer, to.buffer],
          backward: [from.gradient, to.gradient].compactMap { $0 }),
        layer: name, kind: "flatten")
      return output
    case (.image, _):
      let plain = try Layout(from.layout.dimensions, .nchw, from.layout.type)
      return reinterpret(
        try reorder(value, to: plain, name: name), as: .vector(from.shape.count), matrix)
    }
  }
}
