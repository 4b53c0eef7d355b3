import Kernels

/// Zeros in a weight gradient where DropConnect dropped the weight, on the way back right after the layer's own.
struct PlannedGradientMask: PlannedOperation {
  let parameter: Int
  /// The view of the weights that were kept.
  let view: Int
  let count: Int

  func forward(_ run: ReplicaRun) {}

  func backward(_ run: ReplicaRun) {
    DropConnectMask.apply(
      to: run.gradient(parameter),
      keptIn: run.weights(.view(view)).assumingMemoryBound(to: Float.self), count: count)
  }
}

extension PlanBuilder {
  /// Masks a parameter's gradient like the parameter; comes before the operation that leaves the gradient.
  func maskGradient(of parameter: Int, _ view: Int?, _ change: WeightChange?, name: String) {
    guard needsGradient, let view, case .dropping = change else { return }
    let count = table.parameters[parameter].layout.valueCount
    add(
      PlannedGradientMask(parameter: parameter, view: view, count: count), Uses(forward: [], backward: []),
      layer: name, kind: "drop-connect")
  }
}

/// Squares in an inference plan.
struct PlannedSquare: PlannedOperation {
  let input, output: PlanBuilder.ValueState

  func forward(_ run: ReplicaRun) {
    GaussianAverage.square(
      run.address(input.buffer), into: run.address(output.buffer), count: output.layout.valueCount,
      type: output.layout.type)
  }

  func backward(_ run: ReplicaRun) {}
}

/// An activation averaged over a normal law for each value, in an inference plan.
struct PlannedGaussianAverage: PlannedOperation {
  let average: GaussianAverage
  let mean, variance, output: PlanBuilder.ValueState
  let scratch: BufferID

  func forward(_ run: ReplicaRun) {
    average.average(
      mean: run.address(mean.buffer), variance: run.address(variance.buffer),
      into: run.address(output.buffer), count: output.layout.valueCount, type: output.layout.type,
      scratch: run.address(scratch))
  }

  func backward(_ run: ReplicaRun) {}
}

extension PlanBuilder {
  /// A layer with DropConnect and the activation behind it, by the Gaussian approximation; nil where that is not
  /// asked for, in training, and before anything but an activation without trained values.
  func gaussianAverage(
    _ input: Value, of layer: any Layer, before next: (any Layer)?, name: String
  ) throws -> Value? {
    guard !training, let layer = layer as? any ConnectedLayer, let dropConnect = layer.dropConnect,
      dropConnect.inference == .gaussian, dropConnect.probability > 0,
      let activation = (next as? any ActivationLayer)?.activation
        ?? (next is ReLU ? .leakyReLU(slope: 0) : nil)
    else { return nil }
    let p = dropConnect.probability
    let expected = try layer.lower(input, name: name, into: self, change: .scaled(by: Float(1 - p)))
    // The variance of a sum of independent terms w x, each left out with probability p.
    let from = state(input)
    let squares = newConstant(from.shape, from.layout)
    add(
      PlannedSquare(input: from, output: state(squares)),
      Uses(forward: [from.buffer, state(squares).buffer], backward: []), layer: name, kind: "square")
    var unbiased = layer
    unbiased.bias = false
    let spread = try unbiased.lower(
      squares, name: name, into: self, change: .squared(by: Float(p * (1 - p))))
    return try average(activation, mean: expected, variance: spread, name: name)
  }

  private func average(
    _ activation: Activation, mean: Value, variance: Value, name: String
  ) throws -> Value {
    let mean = try withoutPadding(mean, name: name)
    let variance = try reorder(variance, to: state(mean).layout, name: name)
    let average = GaussianAverage(of: activation, points: DropConnect.points)
    needScratch(average.scratchByteCount)
    let (expected, spread) = (state(mean), state(variance))
    let output = newConstant(expected.shape, expected.layout)
    add(
      PlannedGaussianAverage(
        average: average, mean: expected, variance: spread, output: state(output), scratch: scratch),
      Uses(
        forward: [expected.buffer, spread.buffer, state(output).buffer, scratch], backward: []),
      layer: name, kind: "gaussian-average")
    return output
  }
}
