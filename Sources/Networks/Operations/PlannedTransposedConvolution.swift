import Kernels

/// A transposed convolution in a plan, by oneDNN: what is backward-data in the convolution is the way forward here, and
/// the other way round.
struct PlannedTransposedConvolution: PlannedOperation {
  /// The gradients of weights and bias; nil where they are frozen.
  struct WeightGradient {
    let primitive: Int
    /// Where the kernel has another layout than the parameter: a copy and its buffer.
    let reorder: (primitive: Int, buffer: BufferID)?
  }

  let forwardPrimitive: Int
  let forwardWeights: WeightSource
  /// Nil where the input needs no gradient.
  let backwardData: (primitive: Int, weights: WeightSource)?
  let backwardWeights: WeightGradient?
  let weightParameter: Int
  let biasParameter: Int?
  let input, output: PlanBuilder.ValueState
  /// Images times pixels of the output.
  let rows: Int
  let scratch: BufferID

  func forward(_ run: ReplicaRun) throws(KernelError) {
    let call = run.call(forwardPrimitive)
    call[.destinationGradient] = run.address(input.buffer)
    call[.weights] = run.weights(forwardWeights)
    call[.sourceGradient] = run.address(output.buffer)
    call[.scratchpad] = run.address(scratch)
    try call.run()
    if let biasParameter {
      ChannelBias.add(
        run.parameter(biasParameter), to: run.address(output.buffer), rows: rows,
        channels: output.shape.channels, type: output.layout.type)
    }
  }

  func backward(_ run: ReplicaRun) throws(KernelError) {
    guard let outputGradient = output.gradient else { return }
    if let backwardData, let inputGradient = input.gradient {
      let call = run.call(backwardData.primitive)
      call[.source] = run.address(outputGradient)
      call[.weights] = run.weights(backwardData.weights)
      call[.destination] = run.address(inputGradient)
      call[.scratchpad] = run.address(scratch)
      try call.run()
      run.mark(.backwardData)
    }
    guard let backwardWeights else { return }
    let gradient = UnsafeMutableRawPointer(run.gradient(weightParameter))
    let call = run.call(backwardWeights.primitive)
    call[.source] = run.address(outputGradient)
    call[.weightsGradient] = backwardWeights.reorder.map { run.address($0.buffer) } ?? gradient
    call[.destinationGradient] = run.address(input.buffer)
    call[.scratchpad] = run.address(scratch)
    try call.run()
    if let reorder = backwardWeights.reorder {
      let call = run.call(reorder.primitive)
      call[.source] = run.address(reorder.buffer)
      call[.destination] = gradient
      call[.scratchpad] = run.address(scratch)
      try call.run()
    }
    if let biasParameter {
      ChannelBias.gradient(
        run.address(outputGradient), rows: rows, channels: output.shape.channels, type: output.layout.type,
        into: run.gradient(biasParameter))
    }
    run.mark(.backwardWeights)
  }
}

extension PlanBuilder {
  /// A transposed convolution.
  func transposedConvolution(_ value: Value, _ layer: ConvTranspose2D, name: String) throws -> Value {
    let outputShape = try layer.outputShape(for: shape(of: value), name: name)
    guard case .image(let channels, let height, let width) = shape(of: value),
      case .image(let filters, let outputHeight, let outputWidth) = outputShape
    else { throw NetworkError.shape(layer: name, expected: "images", got: shape(of: value)) }
    // The convolution whose input gradient this is.
    let geometry = ConvolutionGeometry(
      batch: batch, input: (filters, outputHeight, outputWidth), output: (channels, height, width),
      kernel: (layer.kernel, layer.kernel), stride: layer.stride, dilation: layer.dilation,
      padding: (layer.padding, layer.padding, layer.padding, layer.padding), groups: layer.groups,
      hasBias: false, type: oneDNNNumbers)
    let rows = try Layout(shape(of: value).dimensions(batch: batch), .nhwc, oneDNNNumbers)
    let outputRows = try Layout(outputShape.dimensions(batch: batch), .nhwc, oneDNNNumbers)
    let from = state(try reorder(value, to: rows, name: name))
    let forward = try Primitive.convolutionBackwardData(
      name, geometry, .direct, sourceGradient: outputRows, weights: nil, destinationGradient: rows,
      engine: engine)
    let wanted = try forward.layout(.weights)
    let trains = table.trains(within: name)
    let parameter = table.parameter(
      name + ".weight", layout: wanted.type == .fp32 ? wanted : try Layout(plain: wanted.dimensions),
      hasGradient: trains)
    let bias =
      layer.bias
      ? table.parameter(name + ".bias", layout: try Layout([filters], .x), hasGradient: trains) : nil
    let output = newValue(outputShape, outputRows)
    let forwardIndex = add(forward, layer: name, pass: "forward")
    let forwardWeights = try weights(parameter, wanted)

    var backwardData: (primitive: Int, weights: WeightSource)?
    if from.gradient != nil {
      let primitive = try Primitive.convolutionForward(
        name, geometry, .direct, source: outputRows, weights: nil, destination: rows, engine: engine)
      backwardData = (
        add(primitive, layer: name, pass: "backward-data"),
        try weights(parameter, primitive.layout(.weights))
      )
    }
    var backwardWeights: PlannedTransposedConvolution.WeightGradient?
    if needsGradient && trains {
      backwardWeights = try transposedWeightGradient(geometry, rows, outputRows, of: parameter, name: name)
    }
    let to = state(output)
    let gradients = [from.gradient, to.gradient].compactMap { $0 }
    add(
      PlannedTransposedConvolution(
        forwardPrimitive: forwardIndex, forwardWeights: forwardWeights, backwardData: backwardData,
        backwardWeights: backwardWeights, weightParameter: parameter, biasParameter: bias, input: from,
        output: to, rows: batch * outputShape.pixels, scratch: scratch),
      Uses(
        forward: [from.buffer, to.buffer, scratch],
        backward: [from.buffer, scratch] + gradients
          + [backwardWeights?.reorder?.buffer].compactMap { $0 }),
      layer: name, kind: "transposed convolution",
      flops: batch * layer.forwardFLOPs(input: shape(of: value), output: outputShape))
    return try inPlanNumbers(output, name: name)
  }

  private func transposedWeightGradient(
    _ geometry: ConvolutionGeometry, _ rows: Layout, _ outputRows: Layout, of parameter: Int, name: String
  ) throws -> PlannedTransposedConvolution.WeightGradient {
    let primitive = try Primitive.convolutionBackwardWeights(
      name, geometry, .direct, source: outputRows, weightsGradient: nil, destinationGradient: rows,
      engine: engine)
    let (layout, own) = (try primitive.layout(.weightsGradient), table.parameters[parameter].layout)
    let index = add(primitive, layer: name, pass: "backward-weights")
    if layout == own { return .init(primitive: index, reorder: nil) }
    let copy = add(try .reorder(name + ".weight gradient", from: layout, to: own, engine: engine))
    return .init(primitive: index, reorder: (copy, newBuffer(byteCount: layout.byteCount)))
  }
}
