import Kernels

/// A pooling in a plan.
struct PlannedPooling: PlannedOperation {
  let forwardPrimitive: Int
  let backwardPrimitive: Int?
  let input, output: PlanBuilder.ValueState
  let workspace, scratch: BufferID

  func forward(_ run: ReplicaRun) throws(KernelError) {
    let call = run.call(forwardPrimitive)
    call[.source] = run.address(input.buffer)
    call[.destination] = run.address(output.buffer)
    call[.workspace] = run.address(workspace)
    call[.scratchpad] = run.address(scratch)
    try call.run()
  }

  func backward(_ run: ReplicaRun) throws(KernelError) {
    guard let backwardPrimitive, let outputGradient = output.gradient, let inputGradient = input.gradient
    else { return }
    let call = run.call(backwardPrimitive)
    call[.sourceGradient] = run.address(inputGradient)
    call[.destinationGradient] = run.address(outputGradient)
    call[.workspace] = run.address(workspace)
    call[.scratchpad] = run.address(scratch)
    try call.run()
  }
}

extension PlanBuilder {
  /// The mean of each channel, as an image of one pixel.
  func globalAverage(_ value: Value, name: String) throws -> Value {
    guard case .image(let channels, let height, let width) = shape(of: value) else {
      throw NetworkError.shape(layer: name, expected: "images", got: shape(of: value))
    }
    return try pooling(
      value, kind: .averageExcludingPadding, size: (height, width), stride: 1, padding: 0,
      output: .image(channels: channels, height: 1, width: 1), name: name)
  }

  /// A pooling.
  func pooling(
    _ value: Value, kind: PoolingGeometry.Kind, size: (height: Int, width: Int), stride: Int,
    padding: Int, output outputShape: ActivationShape, name: String
  ) throws -> Value {
    let layout = state(value).layout
    guard case .image(let channels, let height, let width) = state(value).shape,
      case .image(_, let outputHeight, let outputWidth) = outputShape
    else { throw NetworkError.shape(layer: name, expected: "images", got: state(value).shape) }
    let geometry = PoolingGeometry(
      batch: batch, channels: channels, input: (height, width), output: (outputHeight, outputWidth),
      kernel: size, stride: stride, padding: padding, kind: kind)
    let own = PixelMajorPooling(geometry, type: layout.type)
    // oneDNN would count what lies beyond input and padding.
    let needsOwn = kind == .averageIncludingPadding && geometry.overhangs
    if needsOwn && !own.isSupported {
      return try pixelMap(
        value, .average(of: geometry), to: outputShape, name: name, kind: "pooling")
    }
    if own.isSupported, layout.order == .hwnc || needsOwn {
      return try pixelMajorPooling(
        pixelMajor(value, name: name), own, output: outputShape, name: name)
    }
    let input = try channelsLast(value, name: name)
    let from = state(input)
    let forward = try Primitive.poolingForward(
      name, geometry, training: from.gradient != nil, source: from.layout, engine: engine)
    let pooled = try forward.layout(.destination)
    let backward =
      from.gradient == nil
      ? nil
      : try Primitive.poolingBackward(
        name, geometry, sourceGradient: from.layout, destinationGradient: pooled, engine: engine)
    let output = newValue(outputShape, pooled)
    let to = state(output)
    let workspace = newBuffer(byteCount: forward.byteCount(.workspace))
    add(
      PlannedPooling(
        forwardPrimitive: add(forward, layer: name, pass: "forward"),
        backwardPrimitive: backward.map { add($0, layer: name, pass: "backward-data") }, input: from,
        output: to, workspace: workspace, scratch: scratch),
      Uses(
        forward: [from.buffer, to.buffer, workspace, scratch],
        backward: [workspace, scratch] + [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: "pooling")
    return try inPlanNumbers(output, name: name)
  }
}
