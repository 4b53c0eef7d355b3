import Kernels

/// The images of a shard in the type and order that the plan's kernels want.
struct PlannedImages: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let images: Int

  func forward(_ run: ReplicaRun) {
    PixelMajor.store(
      run.floats(input.buffer), images: images, channels: input.shape.channels, pixels: input.shape.pixels,
      type: output.layout.type, into: run.address(output.buffer))
  }

  func backward(_ run: ReplicaRun) {}
}

extension PlanBuilder {
  /// The images as the first layer takes them.
  func images(_ input: Value, of shape: ActivationShape) throws -> Value {
    guard ownKernels else {
      return numbers == .fp32
        ? input
        : try reorder(input, to: Layout(shape.dimensions(batch: batch), .nhwc, numbers), name: "images")
    }
    let output = newConstant(shape, try Layout(shape.dimensions(batch: batch), .hwnc, numbers))
    let (from, to) = (state(input), state(output))
    add(
      PlannedImages(input: from, output: to, images: batch), Uses(forward: [to.buffer], backward: []),
      layer: "images", kind: "reorder")
    return output
  }
}
