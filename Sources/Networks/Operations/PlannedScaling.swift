import Kernels

/// Each channel times a trained factor in a plan.
struct PlannedChannelScaling: PlannedOperation {
  let factors: Int
  /// Whether the factors train.
  let trains: Bool
  let input, output: PlanBuilder.ValueState
  let rows: Int
  private var layout: Layout { output.layout }

  func forward(_ run: ReplicaRun) {
    ColumnScaling.forward(
      run.address(input.buffer), rows: rows, columns: input.shape.channels, factors: run.parameter(factors),
      into: run.address(output.buffer), type: layout.type)
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient else { return }
    guard trains else {
      guard let inputGradient = input.gradient else { return }
      return ColumnScaling.forward(
        run.address(outputGradient), rows: rows, columns: input.shape.channels,
        factors: run.parameter(factors), into: run.address(inputGradient), type: layout.type)
    }
    ColumnScaling.backward(
      run.address(outputGradient), input: run.address(input.buffer), rows: rows,
      columns: input.shape.channels, factors: run.parameter(factors),
      into: input.gradient.map { run.address($0) }, factorGradients: run.gradient(factors), type: layout.type)
  }
}

/// Each channel of each image times a factor of its own in a plan.
struct PlannedGate: PlannedOperation {
  let input, factors, output: PlanBuilder.ValueState
  /// Matrices in memory with factors of their own for the columns, and their rows: one matrix of pixels by images'
  /// channels, or one of pixels by channels for each image.
  let matrices, rows: Int
  /// The factors and their gradients in fp32.
  let scratch: BufferID
  private var type: NumberType { output.layout.type }
  private var count: Int { factors.layout.valueCount }
  private var columns: Int { count / matrices }

  func forward(_ run: ReplicaRun) {
    let (x, y, g) = (run.address(input.buffer), run.address(output.buffer), widenedFactors(run))
    for matrix in 0..<matrices {
      let offset = matrix * rows * columns * type.byteCount
      ColumnScaling.forward(
        x + offset, rows: rows, columns: columns, factors: g + matrix * columns, into: y + offset, type: type)
    }
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient else { return }
    let (x, dy, g) = (run.address(input.buffer), run.address(outputGradient), widenedFactors(run))
    let dx = input.gradient.map { run.address($0) }
    let sums = run.floats(scratch) + count
    for matrix in 0..<matrices {
      let offset = matrix * rows * columns * type.byteCount
      ColumnScaling.backward(
        dy + offset, input: x + offset, rows: rows, columns: columns, factors: g + matrix * columns,
        into: dx.map { $0 + offset }, factorGradients: sums + matrix * columns, type: type)
    }
    if let factorGradient = factors.gradient {
      type.narrow(sums, into: run.address(factorGradient), count: count)
    }
  }

  private func widenedFactors(_ run: ReplicaRun) -> UnsafePointer<Float> {
    let g = run.floats(scratch)
    type.widen(run.address(factors.buffer), into: g, count: count)
    return UnsafePointer(g)
  }
}

extension PlanBuilder {
  /// Each channel times a trained factor.
  /// - Parameter factors: the name of their tensor.
  func scaleChannels(_ input: Value, factors: String, name: String, kind: String) throws -> Value {
    let from = state(try withChannelsInnermost(input, name: name))
    let output = newValue(from.shape, from.layout)
    let to = state(output)
    let trains = table.trains(factors)
    let parameter = table.parameter(
      factors, layout: try Layout([from.shape.channels], .x), hasGradient: trains)
    add(
      PlannedChannelScaling(
        factors: parameter, trains: trains, input: from, output: to, rows: batch * from.shape.pixels),
      Uses(
        forward: [from.buffer, to.buffer],
        backward: (trains ? [from.buffer] : []) + [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: kind)
    return output
  }

  /// Each channel of each image times a factor.
  /// - Parameter factors: an image of one pixel for each image.
  func gate(_ input: Value, by factors: Value, name: String) throws -> Value {
    enter(name, input, factors)
    let from = state(try withChannelsInnermost(input, name: name))
    let gate = state(try withChannelsInnermost(factors, name: name))
    let output = newValue(from.shape, from.layout)
    let to = state(output)
    needScratch(2 * gate.layout.valueCount * MemoryLayout<Float>.stride)
    add(
      PlannedGate(
        input: from, factors: gate, output: to, matrices: from.layout.order == .hwnc ? 1 : batch,
        rows: from.shape.pixels, scratch: scratch),
      Uses(
        forward: [from.buffer, gate.buffer, to.buffer, scratch],
        backward: [from.buffer, gate.buffer, scratch]
          + [from.gradient, gate.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: "gate")
    return output
  }
}
