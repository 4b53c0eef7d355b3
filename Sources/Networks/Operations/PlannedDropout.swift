import Kernels
import Randomness

/// A dropout in a training plan. The mask is drawn again on the way back instead of being stored.
struct PlannedDropout: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let probability: Double
  let name: String
  let batch: Int

  func forward(_ run: ReplicaRun) {
    apply(run, from: input.buffer, to: output.buffer)
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    apply(run, from: outputGradient, to: inputGradient)
  }

  private func apply(_ run: ReplicaRun, from: BufferID, to: BufferID) {
    guard let samples = run.samples else { return }
    for image in 0..<batch {
      let key = SampleKey(seed: run.seed, epoch: UInt32(run.epoch), sample: samples[image])
      DropoutMask.apply(
        run.address(from), into: run.address(to), image: image, of: batch, channels: input.shape.channels,
        pixels: input.shape.pixels, order: input.layout.order, type: input.layout.type,
        probability: probability, stream: RandomStream(key, path: name))
    }
  }
}

extension PlanBuilder {
  /// Inverted dropout; nothing in inference.
  func dropout(_ input: Value, probability: Double, name: String) throws -> Value {
    if !training || probability == 0 { return input }
    var value = input
    if state(value).layout.order == .opaque {
      value = try reorder(
        value, to: Layout(state(value).layout.dimensions, .nchw, state(value).layout.type), name: name)
    }
    let from = state(value)
    let output = newValue(from.shape, from.layout)
    let to = state(output)
    add(
      PlannedDropout(input: from, output: to, probability: probability, name: name, batch: batch),
      Uses(
        forward: [from.buffer, to.buffer],
        backward: [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: "dropout")
    return output
  }
}
