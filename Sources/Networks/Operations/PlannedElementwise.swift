import Kernels

/// A ReLU in a plan that no other operation took in.
struct PlannedReLU: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  private var layout: Layout { output.layout }

  func forward(_ run: ReplicaRun) {
    Elementwise.relu(
      run.address(input.buffer), into: run.address(output.buffer), count: layout.valueCount, type: layout.type
    )
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    Elementwise.reluBackward(
      run.address(outputGradient), output: run.address(output.buffer), into: run.address(inputGradient),
      count: layout.valueCount, type: layout.type)
  }
}

/// A sum of two branches in a plan, with ReLU on top or not. The branches' gradients are one buffer.
struct PlannedAdd: PlannedOperation {
  let left, right, output: PlanBuilder.ValueState
  let relu: Bool
  private var layout: Layout { output.layout }

  func forward(_ run: ReplicaRun) {
    let (a, b, y) = (run.address(left.buffer), run.address(right.buffer), run.address(output.buffer))
    if relu {
      Elementwise.addReLU(a, b, into: y, count: layout.valueCount, type: layout.type)
    } else {
      Elementwise.add(a, b, into: y, count: layout.valueCount, type: layout.type)
    }
  }

  func backward(_ run: ReplicaRun) {
    // Without a ReLU the branches' gradient is the sum's, in the same memory.
    guard relu, let outputGradient = output.gradient, let gradient = left.gradient ?? right.gradient
    else { return }
    Elementwise.reluBackward(
      run.address(outputGradient), output: run.address(output.buffer), into: run.address(gradient),
      count: layout.valueCount, type: layout.type)
  }
}

/// Two uses of one value in a plan: the same memory forwards, the sum of two gradients backwards.
struct PlannedFork: PlannedOperation {
  let input, left, right: PlanBuilder.ValueState

  func forward(_ run: ReplicaRun) {}

  func backward(_ run: ReplicaRun) {
    guard let gradient = input.gradient, let a = left.gradient, let b = right.gradient else { return }
    Elementwise.add(
      run.address(a), run.address(b), into: run.address(gradient), count: input.layout.valueCount,
      type: input.layout.type)
  }
}

extension PlanBuilder {
  /// `max(x, 0)`.
  func relu(_ input: Value, name: String) -> Value {
    if let output = held(input, within: .relu, kind: ReLU.kind) { return output }
    let from = state(input)
    let output = newValue(from.shape, from.layout)
    let to = state(output)
    add(
      PlannedReLU(input: from, output: to),
      Uses(
        forward: [from.buffer, to.buffer],
        backward: [to.buffer] + [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: "relu")
    return output
  }

  /// `a + b`, with ReLU on top if asked for.
  func add(_ a: Value, _ b: Value, relu: Bool, name: String) throws -> Value {
    enter(name, a, b)
    if leaveSum(of: a, and: b, relu: relu) { return a }
    let b = try reorder(b, to: state(a).layout, name: name)
    let output = newValue(state(a).shape, state(a).layout)
    shareGradient(a, with: b)
    if !relu {
      shareGradient(a, with: output)
      shareGradient(b, with: output)
    }
    let (left, right, to) = (state(a), state(b), state(output))
    add(
      PlannedAdd(left: left, right: right, output: to, relu: relu),
      Uses(
        forward: [left.buffer, right.buffer, to.buffer],
        backward: [to.buffer] + [left.gradient, right.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: relu ? "add + relu" : "add")
    return output
  }

  /// Two values that are `input`.
  func fork(_ input: Value, name: String) -> (Value, Value) {
    let (a, b) = (alias(of: input), alias(of: input))
    // Nothing to add up on the way back.
    if state(input).gradient == nil { return (a, b) }
    let (from, left, right) = (state(input), state(a), state(b))
    open(
      OpenFork(
        operation: PlannedFork(input: from, left: left, right: right),
        uses: Uses(
          forward: [from.buffer],
          backward: [from.gradient, left.gradient, right.gradient].compactMap { $0 }),
        layer: name, left: a, right: b))
    return (a, b)
  }
}
