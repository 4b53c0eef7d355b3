import Kernels

/// A linear map of pixels in a plan: padding, or a pooling by means.
struct PlannedPixelMap: PlannedOperation {
  let map: PixelMap
  /// Nil where no gradient is wanted.
  let transposed: PixelMap?
  let input, output: PlanBuilder.ValueState
  /// Images times channels.
  let lanes: Int

  func forward(_ run: ReplicaRun) {
    map.apply(
      run.address(input.buffer), lanes: lanes, type: output.layout.type, into: run.address(output.buffer))
  }

  func backward(_ run: ReplicaRun) {
    guard let transposed, let outputGradient = output.gradient, let inputGradient = input.gradient else {
      return
    }
    transposed.apply(
      run.address(outputGradient), lanes: lanes, type: input.layout.type, into: run.address(inputGradient))
  }
}

extension PlanBuilder {
  /// Rows and columns added around an image. What is made of images needs no gradient either.
  func pad(_ input: Value, _ sides: Sides, _ mode: PaddingMode, name: String) throws -> Value {
    guard case .image(let channels, let height, let width) = shape(of: input) else {
      throw NetworkError.shape(layer: name, expected: "images", got: shape(of: input))
    }
    if sides == Sides(0) { return input }
    try mode.check(sides, around: shape(of: input), name: name)
    let rows = (-sides.top..<height + sides.bottom).map { mode.source($0, of: height) }
    let columns = (-sides.left..<width + sides.right).map { mode.source($0, of: width) }
    return try pixelMap(
      input, .copies(height: height, width: width, rows: rows, columns: columns),
      to: .image(channels: channels, height: rows.count, width: columns.count), name: name, kind: Pad.kind)
  }

  /// The mean of each bin of an image.
  func adaptiveAveragePool(_ input: Value, to size: ImageExtent, name: String) throws -> Value {
    guard case .image(let channels, let height, let width) = shape(of: input) else {
      throw NetworkError.shape(layer: name, expected: "images", got: shape(of: input))
    }
    if (size.height, size.width) == (height, width) { return input }
    let output = ActivationShape.image(channels: channels, height: size.height, width: size.width)
    if (size.height, size.width) == (1, 1) {
      return try pooling(
        input, kind: .averageExcludingPadding, size: (height, width), stride: 1, padding: 0, output: output,
        name: name)
    }
    let map = PixelMap.average(
      height: height, width: width, rows: ImageExtent.bins(size.height, of: height),
      columns: ImageExtent.bins(size.width, of: width))
    return try pixelMap(input, map, to: output, name: name, kind: "pooling")
  }

  /// A linear map of pixels.
  func pixelMap(
    _ input: Value, _ map: PixelMap, to shape: ActivationShape, name: String, kind: String
  ) throws -> Value {
    let from = state(try pixelMajor(input, name: name))
    let layout = try Layout(shape.dimensions(batch: batch), .hwnc, numbers)
    let output = from.gradient == nil ? newConstant(shape, layout) : newValue(shape, layout)
    let to = state(output)
    add(
      PlannedPixelMap(
        map: map, transposed: from.gradient.map { _ in map.transposed }, input: from, output: to,
        lanes: batch * shape.channels),
      Uses(
        forward: [from.buffer, to.buffer],
        backward: [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: kind)
    return output
  }
}
