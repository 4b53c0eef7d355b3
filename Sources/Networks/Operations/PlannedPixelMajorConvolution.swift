import Kernels

/// A convolution or a dense layer in a plan, by Convoy's own kernels.
struct PlannedPixelMajorConvolution: PlannedOperation {
  let convolution: PixelMajorConvolution
  let weightParameter: Int
  let biasParameter: Int?
  /// Whether weights and bias train.
  let weightTrains, biasTrains: Bool
  let forwardWeights: WeightSource
  /// Nil where the input needs no gradient.
  let backwardWeights: WeightSource?
  let input, output: PlanBuilder.ValueState
  /// What is added to the output.
  var residual: PlanBuilder.ValueState?
  /// What the output is held within: an activation function on top.
  var range: PixelMajorConvolution.Range?
  /// The gradient above that function; nil where there is neither.
  var gradientAbove: BufferID?
  /// Another gradient of the input, which is added to this one.
  let addend: BufferID?
  /// The batch norm that makes the input, where this takes its sums on the way back.
  let norm: PlannedPixelMajorNorm?
  /// The same where this makes the input itself, row by row.
  let inputMaker: PlannedPixelMajorNorm?
  /// The batch norm that reads the output, where this runs its way back to the output, row by row.
  var outputNorm: PlannedPixelMajorNorm?
  let scratch: BufferID

  func forward(_ run: ReplicaRun) {
    convolution.forward(
      run.address(input.buffer), madeBy: inputMaker?.parts(run), weights: run.weights(forwardWeights),
      bias: biasParameter.map { UnsafePointer(run.parameter($0)) },
      adding: residual.map { UnsafeRawPointer(run.address($0.buffer)) }, within: range,
      into: run.address(output.buffer), sums: output.sums.map { run.floats($0) },
      scratch: run.address(scratch))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient else { return }
    let dy = run.address(outputGradient)
    if let range, let gradientAbove {
      range.backward(
        run.address(gradientAbove), output: run.address(output.buffer), into: dy,
        count: output.layout.valueCount, type: output.layout.type)
    }
    if let parts = outputNorm?.backwardParts(run) {
      let inputGradient = backwardWeights == nil ? nil : input.gradient
      convolution.backward(
        run.address(input.buffer), dyMadeBy: parts, dy: dy, weights: backwardWeights.map { run.weights($0) },
        adding: addend.map { run.address($0) }, summing: norm?.sums(run),
        into: inputGradient.map { run.address($0) },
        weightGradient: weightTrains ? run.gradient(weightParameter) : nil, scratch: run.address(scratch))
      run.mark(inputGradient == nil ? .backwardWeights : weightTrains ? .backward : .backwardData)
      return
    }
    if let backwardWeights, let inputGradient = input.gradient {
      convolution.backwardData(
        dy, weights: run.weights(backwardWeights), adding: addend.map { run.address($0) },
        summing: norm?.sums(run), into: run.address(inputGradient), scratch: run.address(scratch))
      run.mark(.backwardData)
    }
    if weightTrains {
      convolution.backwardWeights(
        run.address(input.buffer), dy, into: run.gradient(weightParameter), scratch: run.address(scratch))
    }
    if let biasParameter, biasTrains { convolution.backwardBias(dy, into: run.gradient(biasParameter)) }
    if weightTrains || biasTrains { run.mark(.backwardWeights) }
  }
}

extension PlanBuilder {
  /// A convolution by Convoy's own kernels; nil where there is none for it.
  /// - Parameters:
  ///   - isDense: whether the weights are a matrix; as a convolution of single pixels it sees the same numbers.
  ///   - statistics: whether a batch norm follows, which wants sums of the output.
  ///   - change: what is computed with instead of the weights.
  ///   - flops: of one pass over the plan's images.
  func pixelMajorConvolution(
    _ input: Value, _ geometry: ConvolutionGeometry, _ outputShape: ActivationShape, name: String,
    isDense: Bool = false, statistics: Bool, change: WeightChange? = nil, flops: Int
  ) throws -> Value? {
    guard ownKernels, let convolution = PixelMajorConvolution(geometry) else { return nil }
    let source = try pixelMajor(input, name: name)
    var from = state(source)
    let fork = convolution.addsGradients ? takeOverFork(at: source) : nil
    if let fork {
      from.gradient = fork.sum
      from.norm = fork.norm
    }
    let inputMaker = convolution.runsNorms ? takeOverForward(of: from) : nil
    let norm = convolution.takesNormSums ? takeOverSums(of: from) : nil
    let weightLayout =
      isDense
      ? try Layout([geometry.outputChannels, geometry.inputChannels], .io)
      : try Layout(geometry.weightDimensions, convolution.weightOrder)
    let (weightTrains, biasTrains) = (table.trains(name + ".weight"), table.trains(name + ".bias"))
    let parameter = table.parameter(name + ".weight", layout: weightLayout, hasGradient: weightTrains)
    precondition(table.parameters[parameter].layout == weightLayout, "plans of a table share their kernels")
    let changed = try changedWeights(parameter, change)
    if weightTrains { maskGradient(of: parameter, changed, change, name: name) }
    let bias =
      geometry.hasBias
      ? table.parameter(
        name + ".bias", layout: try Layout([geometry.outputChannels], .x), hasGradient: biasTrains) : nil
    let dimensions = outputShape.dimensions(batch: batch)
    let output = newValue(
      outputShape, try Layout(dimensions, dimensions.count == 2 ? .nc : .hwnc, numbers),
      hasSums: statistics && training)
    let to = state(output)
    func choose(_ pass: PixelMajorConvolution.Pass) throws -> WeightSource {
      record(layer: name, pass: pass.rawValue, kernel: convolution.kernel(pass))
      needScratch(convolution.scratchByteCount(pass))
      return try packedWeights(parameter, for: pass, of: convolution, of: changed)
    }
    let forwardWeights = try choose(.forward)
    let backwardWeights = from.gradient == nil ? nil : try choose(.backwardData)
    if training && weightTrains { _ = try choose(.backwardWeights) }
    add(
      PlannedPixelMajorConvolution(
        convolution: convolution, weightParameter: parameter, biasParameter: bias,
        weightTrains: weightTrains, biasTrains: biasTrains, forwardWeights: forwardWeights,
        backwardWeights: backwardWeights, input: from, output: to,
        addend: fork?.sibling, norm: norm, inputMaker: inputMaker, scratch: scratch),
      Uses(
        forward: [from.buffer, to.buffer, scratch] + [to.sums].compactMap { $0 }
          + (inputMaker?.readForwards ?? []),
        backward: (weightTrains ? [from.buffer] : []) + [scratch]
          + [from.gradient, to.gradient, fork?.sibling].compactMap { $0 }
          + (norm.map { [$0.input.buffer, $0.fold] } ?? [])),
      layer: name, kind: isDense ? "dense" : "convolution", flops: flops)
    return output
  }

  /// The last operation, where it is a convolution that made `value` and can still do more with it.
  private func lastConvolution(making value: ValueState) -> PlannedPixelMajorConvolution? {
    guard let convolution = operations.last as? PlannedPixelMajorConvolution, convolution.range == nil,
      convolution.residual == nil, convolution.output.buffer == value.buffer, value.sums == nil,
      !observations.contains(where: { $0.buffer == value.buffer })
    else { return nil }
    return convolution
  }

  /// Lets the convolution that has just made `input` hold it within a range: an activation function after it.
  /// - Parameter kind: the function's, for profiles.
  /// - Returns: what comes out of the function; nil where no convolution comes right before.
  func held(_ input: Value, within range: PixelMajorConvolution.Range, kind: String) -> Value? {
    guard var convolution = lastConvolution(making: state(input)) else { return nil }
    let index = operations.count - 1
    let output = alias(of: input)
    convolution.range = range
    convolution.gradientAbove = state(output).gradient
    replaceOperation(index, by: convolution, adding: kind)
    if let gradient = convolution.gradientAbove {
      addUses(backward: [gradient, state(output).buffer], of: index)
    }
    return output
  }

  /// Lets the convolution that has just made `input` add a residual to it; only in inference: it rounds once where a
  /// sum of its own rounds twice, and frozen layers give the bits that they give while they train.
  /// - Returns: whether it does.
  func leaveSum(of input: Value, and residual: Value, relu: Bool) -> Bool {
    let (main, side) = (state(input), state(residual))
    guard !training, side.layout == main.layout,
      var convolution = lastConvolution(making: main), convolution.convolution.addsToOutputs
    else { return false }
    let index = operations.count - 1
    convolution.residual = side
    convolution.range = relu ? .relu : nil
    replaceOperation(index, by: convolution, adding: relu ? "add + relu" : "add")
    addUses(forward: [side.buffer], of: index)
    return true
  }

  /// Leaves to the convolution that made `value` the way back to it of the batch norm that reads it, which is about to
  /// be added: whether there is one right before.
  func leaveBackward(to value: ValueState) -> Bool {
    guard needsGradient, value.gradient != nil,
      let convolution = operations.last as? PlannedPixelMajorConvolution, convolution.range == nil,
      convolution.output.buffer == value.buffer, convolution.output.gradient == value.gradient,
      convolution.convolution.runsOutputNorm, !convolution.biasTrains || convolution.biasParameter == nil,
      convolution.weightTrains || convolution.backwardWeights != nil
    else { return false }
    needScratch(convolution.convolution.wholeBackwardScratchByteCount)
    return true
  }

  /// Tells the convolution before a batch norm, to which that leaves its way back, what has become of the norm.
  func tellConvolution(of norm: PlannedPixelMajorNorm, at index: Int) {
    guard norm.backwardIsLeft, var convolution = operations[index - 1] as? PlannedPixelMajorConvolution else {
      return
    }
    convolution.outputNorm = norm
    replaceOperation(index - 1, by: convolution)
    addUses(backward: norm.readBackwards, of: index - 1)
  }
}
