import Kernels

/// A norm of each image by itself in a plan: group norm, or layer norm over all of the image.
struct PlannedGroupNorm: PlannedOperation {
  let norm: GroupNormalization
  /// Nil where nothing is trained.
  let affine: TrainedAffine?
  let input, output: PlanBuilder.ValueState
  let statistics, scratch: BufferID

  func forward(_ run: ReplicaRun) {
    norm.forward(
      run.address(input.buffer), scale: affine?.scale(run), shift: affine?.shift(run),
      into: run.address(output.buffer), statistics: run.floats(statistics), scratch: run.floats(scratch))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient else { return }
    norm.backward(
      run.address(outputGradient), x: run.address(input.buffer), scale: affine?.scale(run),
      statistics: run.floats(statistics), into: input.gradient.map { run.address($0) },
      scaleGradient: affine?.scaleGradient(run), shiftGradient: affine?.shiftGradient(run),
      scratch: run.floats(scratch))
  }
}

/// A norm of each row of channels in a plan.
struct PlannedLayerNorm: PlannedOperation {
  let norm: LayerNormalization
  /// Nil where nothing is trained.
  let affine: TrainedAffine?
  let input, output: PlanBuilder.ValueState
  let statistics, scratch: BufferID

  func forward(_ run: ReplicaRun) {
    norm.forward(
      run.address(input.buffer), scale: affine?.scale(run), shift: affine?.shift(run),
      into: run.address(output.buffer), statistics: run.floats(statistics))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient else { return }
    norm.backward(
      run.address(outputGradient), x: run.address(input.buffer), scale: affine?.scale(run),
      statistics: run.floats(statistics), into: input.gradient.map { run.address($0) },
      scaleGradient: affine?.scaleGradient(run), shiftGradient: affine?.shiftGradient(run),
      scratch: run.floats(scratch))
  }
}

/// The scale and shift of a norm that has no running statistics.
struct TrainedAffine {
  private let weight, bias: Int
  /// Whether they train.
  private let trains: Bool

  /// Places them.
  /// - Parameter layout: of either.
  init(of name: String, _ layout: Layout, in table: ParameterTable) {
    trains = table.trains(within: name)
    weight = table.parameter(name + ".weight", layout: layout, hasGradient: trains)
    bias = table.parameter(name + ".bias", layout: layout, hasGradient: trains)
  }

  func scale(_ run: ReplicaRun) -> UnsafePointer<Float> { UnsafePointer(run.parameter(weight)) }
  func shift(_ run: ReplicaRun) -> UnsafePointer<Float> { UnsafePointer(run.parameter(bias)) }
  /// Nil where they are frozen.
  func scaleGradient(_ run: ReplicaRun) -> UnsafeMutablePointer<Float>? {
    trains ? run.gradient(weight) : nil
  }
  func shiftGradient(_ run: ReplicaRun) -> UnsafeMutablePointer<Float>? { trains ? run.gradient(bias) : nil }
}

extension PlanBuilder {
  /// A group norm.
  func groupNorm(_ input: Value, _ layer: GroupNorm, name: String) throws -> Value {
    let shape = try layer.outputShape(for: shape(of: input), name: name)
    let affine =
      layer.affine ? TrainedAffine(of: name, try Layout([shape.channels], .x), in: table) : nil
    let norm = GroupNormalization(
      images: batch, pixels: shape.pixels, channels: shape.channels, groups: layer.groups,
      affine: layer.affine ? .channels : .none, type: numbers, epsilon: layer.epsilon)
    return try normOfImages(input, norm, affine, name: name, kind: GroupNorm.kind)
  }

  /// A layer norm.
  func layerNorm(_ input: Value, _ layer: LayerNorm, name: String) throws -> Value {
    let shape = try layer.outputShape(for: shape(of: input), name: name)
    if case .image(let channels, let height, let width) = shape, layer.over == .all {
      // A scale for each value, in the order of the kernel's images.
      let layout = try Layout([1, channels, height, width], .nhwc)
      let norm = GroupNormalization(
        images: batch, pixels: shape.pixels, channels: channels, groups: 1,
        affine: layer.affine ? .values : .none, type: numbers, epsilon: layer.epsilon)
      return try normOfImages(
        input, norm, layer.affine ? TrainedAffine(of: name, layout, in: table) : nil, name: name,
        kind: LayerNorm.kind)
    }
    let from = state(try withChannelsInnermost(input, name: name))
    let output = newValue(shape, from.layout)
    let norm = LayerNormalization(
      rows: batch * shape.pixels, channels: shape.channels, type: from.layout.type, epsilon: layer.epsilon)
    let affine =
      layer.affine ? TrainedAffine(of: name, try Layout([shape.channels], .x), in: table) : nil
    let statistics = newBuffer(byteCount: norm.statisticsCount * MemoryLayout<Float>.stride)
    needScratch(norm.scratchCount * MemoryLayout<Float>.stride)
    let to = state(output)
    add(
      PlannedLayerNorm(
        norm: norm, affine: affine, input: from, output: to, statistics: statistics, scratch: scratch),
      usesOfNorm(from, to, statistics), layer: name, kind: LayerNorm.kind)
    return output
  }

  private func normOfImages(
    _ input: Value, _ norm: GroupNormalization, _ affine: TrainedAffine?, name: String, kind: String
  ) throws -> Value {
    let from = state(try pixelMajor(input, name: name))
    let output = newValue(from.shape, from.layout)
    let statistics = newBuffer(byteCount: norm.statisticsCount * MemoryLayout<Float>.stride)
    needScratch(norm.scratchCount * MemoryLayout<Float>.stride)
    let to = state(output)
    add(
      PlannedGroupNorm(
        norm: norm, affine: affine, input: from, output: to, statistics: statistics, scratch: scratch),
      usesOfNorm(from, to, statistics), layer: name, kind: kind)
    return output
  }

  private func usesOfNorm(_ from: ValueState, _ to: ValueState, _ statistics: BufferID) -> Uses {
    Uses(
      forward: [from.buffer, to.buffer, statistics, scratch],
      backward: [from.buffer, statistics, scratch] + [from.gradient, to.gradient].compactMap { $0 })
  }
}
