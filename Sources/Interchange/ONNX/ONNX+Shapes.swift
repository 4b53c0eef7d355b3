import Networks

extension Pad: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    _ = try outputShape(for: input.shape, name: name)
    return graph.pad(input, sides, mode, name: name)
  }
}

extension ONNXGraph {
  /// Adds rows and columns around images: zeros by a padding, copies by their indices, for opset 17 knows no circular
  /// padding.
  mutating func pad(_ input: ONNXValue, _ sides: Sides, _ mode: PaddingMode, name: String) -> ONNXValue {
    guard case .image(let channels, let height, let width) = input.shape else {
      preconditionFailure("a padding takes images")
    }
    let rows = -sides.top..<height + sides.bottom
    let columns = -sides.left..<width + sides.right
    let output = ActivationShape.image(channels: channels, height: rows.count, width: columns.count)
    if mode == .zeros {
      let pads = constant(
        name + ".pads", integers: [0, 0, sides.top, sides.left, 0, 0, sides.bottom, sides.right])
      return add("Pad", name, [input.name, pads], shape: output)
    }
    let down = constant(name + ".rows", integers: rows.compactMap { mode.source($0, of: height) })
    let across = constant(name + ".columns", integers: columns.compactMap { mode.source($0, of: width) })
    let higher = add("Gather", name, [input.name, down], shape: output, [.int("axis", 2)])
    return add("Gather", name, [higher.name, across], shape: output, [.int("axis", 3)])
  }
}

extension Reshape: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    let sides = graph.constant(name + ".shape", integers: [-1] + shape)
    return graph.add("Reshape", name, [input.name, sides], shape: output)
  }
}

extension ConvTranspose2D: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    var inputs = [input.name, try graph.parameter(name + ".weight")]
    if bias { inputs.append(try graph.parameter(name + ".bias")) }
    return graph.add(
      "ConvTranspose", name, inputs, shape: try outputShape(for: input.shape, name: name),
      [
        .ints("kernel_shape", [kernel, kernel]), .ints("strides", [stride, stride]),
        .ints("pads", [padding, padding, padding, padding]), .ints("dilations", [dilation, dilation]),
        .ints("output_padding", [outputPadding, outputPadding]), .int("group", groups),
      ])
  }
}

extension AdaptiveAveragePool: ONNXLayer {
  /// A mean of rows and then of columns, each a product with a matrix of shares.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    guard case .image(_, let height, let width) = input.shape, output != input.shape else { return input }
    if size == 1 { return graph.add("GlobalAveragePool", name, [input.name], shape: output) }
    let rows = graph.constant(
      name + ".rows", shape: [size.height, height], Self.shares(size.height, of: height))
    let columns = Self.shares(size.width, of: width)
    // Columns are multiplied from the other side.
    let turned = (0..<width).flatMap { x in (0..<size.width).map { columns[$0 * width + x] } }
    let across = graph.constant(name + ".columns", shape: [width, size.width], turned)
    let fewer = graph.add("MatMul", name, [rows, input.name], shape: output)
    return graph.add("MatMul", name, [fewer.name, across], shape: output)
  }

  /// The share of each of `size` pixels in each of `count` bins.
  private static func shares(_ count: Int, of size: Int) -> [Float] {
    ImageExtent.bins(count, of: size).flatMap { bin in
      (0..<size).map { bin.contains($0) ? 1 / Float(bin.count) : 0 }
    }
  }
}

extension AdaptiveMaxPool: ONNXLayer {
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    guard case .image(_, let height, let width) = input.shape else {
      throw NetworkError.shape(layer: name, expected: "images", got: input.shape)
    }
    return graph.maximum(
      input, rows: ImageExtent.bins(size.height, of: height),
      columns: ImageExtent.bins(size.width, of: width),
      shape: output, name: name)
  }
}

extension FractionalMaxPool: ONNXLayer {
  /// The regions of inference.
  func add(_ input: ONNXValue, name: String, to graph: inout ONNXGraph) throws -> ONNXValue {
    let output = try outputShape(for: input.shape, name: name)
    guard case .image(_, let height, let width) = input.shape, case .image(_, let down, let across) = output
    else {
      throw NetworkError.shape(layer: name, expected: "images", got: input.shape)
    }
    let rows = regions(of: height, count: down).standard.map { Int($0.lowerBound)..<Int($0.upperBound) }
    let columns = regions(of: width, count: across).standard.map { Int($0.lowerBound)..<Int($0.upperBound) }
    return graph.maximum(input, rows: rows, columns: columns, shape: output, name: name)
  }
}

extension ONNXGraph {
  /// Adds a max-pooling over windows of different sizes: each is made as large as the largest by its last row and column
  /// again, which changes no maximum.
  fileprivate mutating func maximum(
    _ input: ONNXValue, rows: [Range<Int>], columns: [Range<Int>], shape: ActivationShape, name: String
  ) -> ONNXValue {
    func spread(_ windows: [Range<Int>]) -> (size: Int, places: [Int]) {
      let size = windows.map(\.count).max() ?? 1
      return (
        size,
        windows.flatMap { window in (0..<size).map { min(window.lowerBound + $0, window.upperBound - 1) } }
      )
    }
    let (down, across) = (spread(rows), spread(columns))
    let rowPlaces = constant(name + ".rows", integers: down.places)
    let columnPlaces = constant(name + ".columns", integers: across.places)
    let higher = add("Gather", name, [input.name, rowPlaces], shape: shape, [.int("axis", 2)])
    let larger = add("Gather", name, [higher.name, columnPlaces], shape: shape, [.int("axis", 3)])
    let sides = [down.size, across.size]
    return add(
      "MaxPool", name, [larger.name], shape: shape, [.ints("kernel_shape", sides), .ints("strides", sides)])
  }
}
