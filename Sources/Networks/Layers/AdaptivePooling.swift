/// The mean of each of `size` bins of an image of any size; bin `i` of `n` reaches from `floor(i * H / n)` to
/// `ceil((i + 1) * H / n)`, as in PyTorch, so that bins may share pixels.
public struct AdaptiveAveragePool: AdaptivePooling {
  public static let kind = "adaptive-average-pool"

  /// Height and width of the output.
  public var size: ImageExtent

  /// Creates a pooling with an output of the given size.
  public init(_ size: ImageExtent) { self.size = size }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.adaptiveAveragePool(input, to: size, name: name)
  }
}

/// The largest value of each of `size` bins of an image of any size; bins as in ``AdaptiveAveragePool``.
public struct AdaptiveMaxPool: AdaptivePooling {
  public static let kind = "adaptive-max-pool"

  /// Height and width of the output.
  public var size: ImageExtent

  /// Creates a pooling with an output of the given size.
  public init(_ size: ImageExtent) { self.size = size }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.adaptiveMaxPool(input, to: size, name: name)
  }
}

/// What poolings to a given size share.
protocol AdaptivePooling: Layer {
  var size: ImageExtent { get }
}

extension AdaptivePooling {
  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, _, _) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    guard size.height > 0, size.width > 0 else {
      throw .setting(layer: name, problem: "size is at least 1 each way")
    }
    return .image(channels: channels, height: size.height, width: size.width)
  }
}

extension ImageExtent {
  /// The bins of an adaptive pooling along one axis of `size` pixels.
  package static func bins(_ count: Int, of size: Int) -> [Range<Int>] {
    (0..<count).map { i in i * size / count..<((i + 1) * size + count - 1) / count }
  }
}

/// The options of either.
private enum AdaptiveOptions: String, CodingKey, CaseIterable { case size }

extension AdaptiveAveragePool {
  /// Reads the size.
  public init(from decoder: any Decoder) throws {
    self.init(try LayerOptions<AdaptiveOptions>(decoder, of: Self.kind, main: .size).value(.size))
  }
}

extension AdaptiveMaxPool {
  /// Reads the size.
  public init(from decoder: any Decoder) throws {
    self.init(try LayerOptions<AdaptiveOptions>(decoder, of: Self.kind, main: .size).value(.size))
  }
}
