import Kernels

/// A convolution or a dense layer in a plan: both are weights times input.
struct PlannedLinear: PlannedOperation {
  /// What the backward pass needs; nil in inference.
  struct Backward {
    /// Nil where the input needs no gradient.
    var data: (primitive: Int, weights: WeightSource)?
    /// Nil where weights and bias are frozen.
    var weights: Weights?
  }

  /// The gradients of weights and bias. Where one of them alone is frozen, its gradient is computed all the same.
  struct Weights {
    var primitive: Int
    /// Where the weight gradient's kernel has another layout than the parameter: a copy and its buffer.
    var reorder: (primitive: Int, buffer: BufferID)?
  }

  let forwardPrimitive: Int
  let weights: WeightSource
  let weightParameter: Int
  let biasParameter: Int?
  let input: PlanBuilder.ValueState
  let output: PlanBuilder.ValueState
  let scratch: BufferID
  let backwardPass: Backward?

  func forward(_ run: ReplicaRun) throws(KernelError) {
    let call = run.call(forwardPrimitive)
    call[.source] = run.address(input.buffer)
    call[.weights] = run.weights(weights)
    if let biasParameter { call[.bias] = UnsafeMutableRawPointer(run.parameter(biasParameter)) }
    call[.destination] = run.address(output.buffer)
    call[.scratchpad] = run.address(scratch)
    try call.run()
  }

  func backward(_ run: ReplicaRun) throws(KernelError) {
    guard let backwardPass, let outputGradient = output.gradient else { return }
    if let data = backwardPass.data, let inputGradient = input.gradient {
      let call = run.call(data.primitive)
      call[.sourceGradient] = run.address(inputGradient)
      call[.weights] = run.weights(data.weights)
      call[.destinationGradient] = run.address(outputGradient)
      call[.scratchpad] = run.address(scratch)
      try call.run()
      run.mark(.backwardData)
    }
    guard let weights = backwardPass.weights else { return }
    let gradient = UnsafeMutableRawPointer(run.gradient(weightParameter))
    let call = run.call(weights.primitive)
    call[.source] = run.address(input.buffer)
    call[.weightsGradient] = weights.reorder.map { run.address($0.buffer) } ?? gradient
    if let biasParameter { call[.biasGradient] = UnsafeMutableRawPointer(run.gradient(biasParameter)) }
    call[.destinationGradient] = run.address(outputGradient)
    call[.scratchpad] = run.address(scratch)
    try call.run()
    if let reorder = weights.reorder {
      let call = run.call(reorder.primitive)
      call[.source] = run.address(reorder.buffer)
      call[.destination] = gradient
      call[.scratchpad] = run.address(scratch)
      try call.run()
    }
    run.mark(.backwardWeights)
  }
}

extension PlanBuilder {
  /// A convolution.
  /// - Parameters:
  ///   - statistics: whether a batch norm follows, which may take sums of the output.
  ///   - change: what is computed with instead of the weights; nil for what the layer's DropConnect asks for.
  func convolution(
    _ input: Value, _ layer: Conv2D, name: String, statistics: Bool, change: WeightChange? = nil
  ) throws -> Value {
    let change = change ?? layer.dropConnect?.change(training: training)
    let inputShape = shape(of: input)
    let outputShape = try layer.outputShape(for: inputShape, name: name)
    if layer.paddingMode != .zeros {
      var plain = layer
      (plain.padding, plain.paddingMode) = (.none, .zeros)
      let padded = try pad(input, layer.sides, layer.paddingMode, name: name)
      return try convolution(padded, plain, name: name, statistics: statistics, change: change)
    }
    guard case .image(let channels, let height, let width) = inputShape,
      case .image(let filters, let outputHeight, let outputWidth) = outputShape
    else { throw NetworkError.shape(layer: name, expected: "images", got: inputShape) }
    let flops = batch * layer.forwardFLOPs(input: inputShape, output: outputShape)
    let (before, after) = layer.padding.sides(extent: layer.dilation * (layer.kernel - 1) + 1)
    var geometry = ConvolutionGeometry(
      batch: batch, input: (channels, height, width), output: (filters, outputHeight, outputWidth),
      kernel: (layer.kernel, layer.kernel), stride: layer.stride, dilation: layer.dilation,
      padding: (before, after, before, after), groups: layer.groups, hasBias: layer.bias, type: numbers)
    if let output = try pixelMajorConvolution(
      input, geometry, outputShape, name: name, statistics: statistics, change: change, flops: flops)
    {
      return output
    }
    let input = try channelsLast(input, name: name)
    let source = state(input)
    geometry.type = oneDNNNumbers
    let makers = LinearMakers(
      forward: { [engine] () throws(KernelError) in
        try geometry.preferred { algorithm throws(KernelError) in
          try .convolutionForward(
            name, geometry, algorithm, source: source.layout, weights: nil, engine: engine)
        }
      },
      backwardData: { [engine] output throws(KernelError) in
        try geometry.preferred { algorithm throws(KernelError) in
          try .convolutionBackwardData(
            name, geometry, algorithm, sourceGradient: source.layout, weights: nil,
            destinationGradient: output, engine: engine)
        }
      },
      backwardWeights: { [engine] output throws(KernelError) in
        try geometry.preferred { algorithm throws(KernelError) in
          try .convolutionBackwardWeights(
            name, geometry, algorithm, source: source.layout, weightsGradient: nil,
            destinationGradient: output, engine: engine)
        }
      })
    let cost = LinearCost(kind: "convolution", flops: flops)
    let output = try linear(input, outputShape, name: name, bias: layer.bias, change: change, cost, makers)
    return try inPlanNumbers(output, name: name)
  }

  /// A dense layer, of a vector or of each pixel.
  /// - Parameter change: what is computed with instead of the weights; nil for what the layer's DropConnect asks for.
  func dense(
    _ input: Value, _ layer: Dense, name: String, change: WeightChange? = nil
  ) throws -> Value {
    let change = change ?? layer.dropConnect?.change(training: training)
    let inputShape = shape(of: input)
    let outputShape = try layer.outputShape(for: inputShape, name: name)
    let flops = batch * layer.forwardFLOPs(input: inputShape, output: outputShape)
    var (height, width) = (1, 1)
    if case .image(_, let rows, let columns) = inputShape { (height, width) = (rows, columns) }
    let convolution = ConvolutionGeometry(
      batch: batch, input: (inputShape.channels, height, width), output: (layer.units, height, width),
      kernel: (1, 1), stride: 1, dilation: 1, padding: (0, 0, 0, 0), groups: 1, hasBias: layer.bias,
      type: numbers)
    if let output = try pixelMajorConvolution(
      input, convolution, outputShape, name: name, isDense: true, statistics: false, change: change,
      flops: flops)
    {
      return output
    }
    if case .vector = inputShape {
      return try denseRows(input, batch, layer, name: name, change: change, flops: flops)
    }
    // Pixels with their channels innermost are the rows of a matrix.
    let image = try withChannelsInnermost(input, name: name)
    let (layout, rows) = (state(image).layout, batch * inputShape.pixels)
    let matrix = reinterpret(
      image, as: .vector(inputShape.channels),
      try Layout([rows, inputShape.channels], .nc, layout.type))
    let output = try denseRows(matrix, rows, layer, name: name, change: change, flops: flops)
    return reinterpret(
      output, as: outputShape, try Layout(outputShape.dimensions(batch: batch), layout.order, numbers))
  }

  /// A dense layer of `rows` vectors by oneDNN.
  private func denseRows(
    _ input: Value, _ rows: Int, _ layer: Dense, name: String, change: WeightChange?, flops: Int
  ) throws -> Value {
    let source = state(input)
    let geometry = DenseGeometry(
      batch: rows, inputs: source.shape.count, outputs: layer.units, hasBias: layer.bias, type: numbers)
    let plain = try Layout([rows, layer.units], .nc, numbers)
    let makers = LinearMakers(
      forward: { [engine] () throws(KernelError) in
        try .denseForward(
          name, geometry, source: source.layout, weights: nil, destination: plain, engine: engine)
      },
      backwardData: { [engine] output throws(KernelError) in
        try .denseBackwardData(
          name, geometry, sourceGradient: source.layout, weights: nil, destinationGradient: output,
          engine: engine)
      },
      backwardWeights: { [engine] output throws(KernelError) in
        try .denseBackwardWeights(
          name, geometry, source: source.layout, weightsGradient: nil, destinationGradient: output,
          engine: engine)
      })
    let cost = LinearCost(kind: "dense", flops: flops)
    return try linear(input, .vector(layer.units), name: name, bias: layer.bias, change: change, cost, makers)
  }

  /// What a profile says of a linear layer; each pass costs the same.
  private struct LinearCost {
    let kind: String
    let flops: Int
  }

  /// How the primitives of a linear layer are made, for the output's layout; oneDNN chooses the weights'.
  private struct LinearMakers {
    let forward: () throws(KernelError) -> Primitive
    let backwardData: (_ output: Layout) throws(KernelError) -> Primitive
    let backwardWeights: (_ output: Layout) throws(KernelError) -> Primitive
  }

  private func linear(
    _ input: Value, _ outputShape: ActivationShape, name: String, bias: Bool, change: WeightChange?,
    _ cost: LinearCost, _ makers: LinearMakers
  ) throws -> Value {
    let forward = try makers.forward()
    let wanted = try forward.layout(.weights)
    let outputLayout = try forward.layout(.destination)
    // fp32 kernels read the master weights; bf16 kernels read copies, so that the masters may be plain.
    let trains = table.trains(within: name)
    let parameter = table.parameter(
      name + ".weight", layout: wanted.type == .fp32 ? wanted : try Layout(plain: wanted.dimensions),
      hasGradient: trains)
    let own = table.parameters[parameter].layout
    let changed = try changedWeights(parameter, change)
    if trains { maskGradient(of: parameter, changed, change, name: name) }
    let biasParameter =
      bias
      ? table.parameter(
        name + ".bias", layout: try Layout([outputShape.channels], .x), hasGradient: trains) : nil
    let output = newValue(outputShape, outputLayout)
    let forwardIndex = add(forward, layer: name, pass: "forward")
    let forwardWeights = try weights(parameter, wanted, of: changed)

    var backward: PlannedLinear.Backward?
    var temporary: [BufferID] = []
    if needsGradient {
      var data: (primitive: Int, weights: WeightSource)?
      if state(input).gradient != nil {
        let primitive = try makers.backwardData(outputLayout)
        let layout = try primitive.layout(.weights)
        data = (
          add(primitive, layer: name, pass: "backward-data"), try weights(parameter, layout, of: changed)
        )
      }
      backward = PlannedLinear.Backward(data: data)
    }
    if needsGradient && trains {
      let gradient = try makers.backwardWeights(outputLayout)
      let layout = try gradient.layout(.weightsGradient)
      var reorder: (primitive: Int, buffer: BufferID)?
      if layout != own {
        let buffer = newBuffer(byteCount: layout.byteCount)
        temporary.append(buffer)
        reorder = (
          add(try .reorder(name + ".weight gradient", from: layout, to: own, engine: engine)), buffer
        )
      }
      backward?.weights = PlannedLinear.Weights(
        primitive: add(gradient, layer: name, pass: "backward-weights"), reorder: reorder)
    }
    let (from, to) = (state(input), state(output))
    add(
      PlannedLinear(
        forwardPrimitive: forwardIndex, weights: forwardWeights, weightParameter: parameter,
        biasParameter: biasParameter, input: from, output: to, scratch: scratch, backwardPass: backward),
      Uses(
        forward: [from.buffer, to.buffer, scratch],
        backward: (trains ? [from.buffer] : []) + [scratch]
          + [from.gradient, to.gradient].compactMap { $0 } + temporary),
      layer: name, kind: cost.kind, flops: cost.flops)
    return output
  }
}

extension ConvolutionGeometry {
  /// The primitive with the faster algorithm for the geometry, of those that oneDNN has here: Winograd's
  /// F(4x4, 3x3) needs AVX-512 and a oneDNN before 3.2. Which it was is in the plan's ``Plan/kernels``.
  ///
  /// Measured with oneDNN 2.6.3 on one core, 32 images: from 32 channels on Winograd is 1.1 to 2.1 times as
  /// fast as the direct kernels in all three passes; at 16 channels it is slower.
  fileprivate func preferred(
    _ make: (Algorithm) throws(KernelError) -> Primitive
  ) throws(KernelError) -> Primitive {
    let suitsWinograd =
      kernelHeight == 3 && kernelWidth == 3 && stride == 1 && dilation == 1 && groups == 1
      && min(inputChannels, outputChannels) >= 32
    if suitsWinograd {
      do throws(KernelError) {
        return try make(.winograd)
      } catch  where error.isUnimplemented {
        return try make(.direct)
      }
    }
    return try make(.direct)
  }
}
