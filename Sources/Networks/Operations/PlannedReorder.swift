import Kernels

/// A copy into another layout in a plan; its backward copies the gradient back.
struct PlannedReorder: PlannedOperation {
  let forwardPrimitive: Int
  let backwardPrimitive: Int?
  let input, output: PlanBuilder.ValueState
  let scratch: BufferID

  func forward(_ run: ReplicaRun) throws(KernelError) {
    try copy(run, forwardPrimitive, from: input.buffer, to: output.buffer)
  }

  func backward(_ run: ReplicaRun) throws(KernelError) {
    guard let backwardPrimitive, let outputGradient = output.gradient, let inputGradient = input.gradient
    else { return }
    try copy(run, backwardPrimitive, from: outputGradient, to: inputGradient)
  }

  private func copy(
    _ run: ReplicaRun, _ primitive: Int, from: BufferID, to: BufferID
  ) throws(KernelError) {
    let call = run.call(primitive)
    call[.source] = run.address(from)
    call[.destination] = run.address(to)
    call[.scratchpad] = run.address(scratch)
    try call.run()
  }
}

extension PlanBuilder {
  /// `value` in another layout; itself where it is in that layout already.
  func reorder(_ value: Value, to layout: Layout, name: String) throws -> Value {
    let from = state(value)
    if from.layout == layout { return value }
    let output = from.gradient == nil ? newConstant(from.shape, layout) : newValue(from.shape, layout)
    let to = state(output)
    add(
      PlannedReorder(
        forwardPrimitive: add(
          try .reorder(name, from: from.layout, to: layout, engine: engine), layer: name, pass: "reorder"),
        backwardPrimitive: from.gradient == nil
          ? nil : add(try .reorder(name, from: layout, to: from.layout, engine: engine)),
        input: from, output: to, scratch: scratch),
      Uses(
        forward: [from.buffer, to.buffer, scratch],
        backward: [scratch] + [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: "reorder")
    return output
  }
}
