import Kernels

/// An activation function in a plan. Its slope is found from the input on the way back.
struct PlannedActivation: PlannedOperation {
  let activation: Activation
  let input, output: PlanBuilder.ValueState
  private var layout: Layout { output.layout }

  func forward(_ run: ReplicaRun) {
    activation.forward(
      run.address(input.buffer), into: run.address(output.buffer), count: layout.valueCount, type: layout.type
    )
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    activation.backward(
      run.address(outputGradient), input: run.address(input.buffer), into: run.address(inputGradient),
      count: layout.valueCount, type: layout.type)
  }
}

/// A ReLU with trained slopes in a plan.
struct PlannedParametricReLU: PlannedOperation {
  let slopes: Int
  let input, output: PlanBuilder.ValueState
  let rows: Int
  private var layout: Layout { output.layout }

  func forward(_ run: ReplicaRun) {
    ParametricReLU.forward(
      run.address(input.buffer), rows: rows, channels: input.shape.channels, slopes: run.parameter(slopes),
      into: run.address(output.buffer), type: layout.type)
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    ParametricReLU.backward(
      run.address(outputGradient), input: run.address(input.buffer), rows: rows,
      channels: input.shape.channels, slopes: run.parameter(slopes), into: run.address(inputGradient),
      slopeGradients: run.gradient(slopes), type: layout.type)
  }
}

extension PlanBuilder {
  /// An activation function, element by element.
  func activation(_ input: Value, _ activation: Activation, name: String, kind: String) throws -> Value {
    if activation == .relu6, let output = held(input, within: .relu6, kind: kind) { return output }
    // Padding must stay zero, where a function of zero is not.
    let source = try withoutPadding(input, name: name)
    let from = state(source)
    let output = newValue(from.shape, from.layout)
    let to = state(output)
    add(
      PlannedActivation(activation: activation, input: from, output: to), usesOfActivation(from, to),
      layer: name, kind: kind)
    return output
  }

  /// A ReLU with a trained slope for each channel.
  func parametricReLU(_ input: Value, name: String) throws -> Value {
    let source = withGradient(try withChannelsInnermost(input, name: name))
    let from = state(source)
    let output = newValue(from.shape, from.layout)
    let to = state(output)
    let slopes = table.parameter(name + ".weight", layout: try Layout([from.shape.channels], .x))
    add(
      PlannedParametricReLU(slopes: slopes, input: from, output: to, rows: batch * from.shape.pixels),
      usesOfActivation(from, to), layer: name, kind: PReLU.kind)
    return output
  }

  private func usesOfActivation(_ from: ValueState, _ to: ValueState) -> Uses {
    Uses(
      forward: [from.buffer, to.buffer],
      backward: [from.buffer] + [from.gradient, to.gradient].compactMap { $0 })
  }
}
