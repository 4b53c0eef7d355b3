import Kernels
import Randomness

/// A max-pooling in a plan whose windows have different sizes.
struct PlannedWindowMaximum: PlannedOperation {
  /// Where the windows are.
  enum Windows {
    /// The same for all images.
    case fixed(rows: [Range<Int32>], columns: [Range<Int32>])
    /// Drawn for each image.
    case drawn(rows: FractionalRegions, columns: FractionalRegions, FractionalRegions.Sequence)
  }

  let pooling: WindowMaximum
  let windows: Windows
  let input, output: PlanBuilder.ValueState
  let images: Int
  let name: String
  /// Nil where no gradient is wanted.
  let winners: BufferID?
  let scratch: BufferID

  func forward(_ run: ReplicaRun) {
    switch windows {
    case .fixed(let rows, let columns):
      rows.withUnsafeBufferPointer { rows in
        columns.withUnsafeBufferPointer { columns in
          for image in 0..<images { pool(run, image, rows, columns) }
        }
      }
    case .drawn(let rows, let columns, let sequence):
      guard let samples = run.samples else { return }
      let regions = run.address(scratch).assumingMemoryBound(to: Range<Int32>.self)
      for image in 0..<images {
        let key = SampleKey(seed: run.seed, epoch: UInt32(run.epoch), sample: samples[image])
        var stream = RandomStream(key, path: name)
        rows.draw(sequence, &stream, into: regions)
        columns.draw(sequence, &stream, into: regions + rows.output)
        pool(
          run, image, WindowMaximum.Bounds(start: regions, count: rows.output),
          WindowMaximum.Bounds(start: regions + rows.output, count: columns.output))
      }
    }
  }

  private func pool(
    _ run: ReplicaRun, _ image: Int, _ rows: WindowMaximum.Bounds, _ columns: WindowMaximum.Bounds
  ) {
    pooling.forward(
      run.address(input.buffer), image: image, rows: rows, columns: columns, into: run.address(output.buffer),
      winners: winners.map { run.address($0).assumingMemoryBound(to: Int32.self) })
  }

  func backward(_ run: ReplicaRun) {
    guard let winners, let outputGradient = output.gradient, let inputGradient = input.gradient else {
      return
    }
    pooling.backward(
      run.address(outputGradient), winners: run.address(winners).assumingMemoryBound(to: Int32.self),
      into: run.address(inputGradient), scratch: run.floats(scratch))
  }
}

extension PlanBuilder {
  /// The largest value of each bin of an image.
  func adaptiveMaxPool(_ input: Value, to size: ImageExtent, name: String) throws -> Value {
    guard case .image(let channels, let height, let width) = shape(of: input) else {
      throw NetworkError.shape(layer: name, expected: "images", got: shape(of: input))
    }
    let rows = ImageExtent.bins(size.height, of: height).map { Int32($0.lowerBound)..<Int32($0.upperBound) }
    let columns = ImageExtent.bins(size.width, of: width).map { Int32($0.lowerBound)..<Int32($0.upperBound) }
    return try windowMaximum(
      input, .fixed(rows: rows, columns: columns),
      to: .image(channels: channels, height: size.height, width: size.width), name: name)
  }

  /// A fractional max pooling.
  func fractionalMaxPool(_ input: Value, _ layer: FractionalMaxPool, name: String) throws -> Value {
    let output = try layer.outputShape(for: shape(of: input), name: name)
    guard case .image(_, let height, let width) = shape(of: input),
      case .image(_, let outputHeight, let outputWidth) = output
    else { throw NetworkError.shape(layer: name, expected: "images", got: shape(of: input)) }
    let rows = layer.regions(of: height, count: outputHeight)
    let columns = layer.regions(of: width, count: outputWidth)
    if training {
      needScratch((outputHeight + outputWidth) * MemoryLayout<Range<Int32>>.stride)
      return try windowMaximum(
        input, .drawn(rows: rows, columns: columns, layer.sequence), to: output, name: name)
    }
    return try windowMaximum(
      input, .fixed(rows: rows.standard, columns: columns.standard), to: output, name: name)
  }

  private func windowMaximum(
    _ input: Value, _ windows: PlannedWindowMaximum.Windows, to shape: ActivationShape, name: String
  ) throws -> Value {
    let from = state(try pixelMajor(input, name: name))
    guard case .image(_, let height, let width) = from.shape,
      case .image(let channels, let outputHeight, let outputWidth) = shape
    else { throw NetworkError.shape(layer: name, expected: "images", got: from.shape) }
    let pooling = WindowMaximum(
      images: batch, channels: channels, input: (height, width), output: (outputHeight, outputWidth),
      type: numbers)
    let layout = try Layout(shape.dimensions(batch: batch), .hwnc, numbers)
    let output = from.gradient == nil ? newConstant(shape, layout) : newValue(shape, layout)
    let to = state(output)
    let winners = from.gradient.map { _ in newBuffer(byteCount: pooling.winnersByteCount) }
    if winners != nil { needScratch(pooling.scratchByteCount) }
    add(
      PlannedWindowMaximum(
        pooling: pooling, windows: windows, input: from, output: to, images: batch, name: name,
        winners: winners, scratch: scratch),
      Uses(
        forward: [from.buffer, to.buffer, scratch] + [winners].compactMap { $0 },
        backward: [scratch] + [winners, from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: "pooling")
    return output
  }
}

extension FractionalRegions {
  /// The regions of inference: pseudo-random with `u` a half.
  package var standard: [Range<Int32>] {
    [Range<Int32>](unsafeUninitializedCapacity: output) { regions, count in
      if let base = regions.baseAddress { pseudoRandom(offset: 1 << 32, into: base) }
      count = output
    }
  }
}
