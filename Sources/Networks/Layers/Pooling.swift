import Kernels

/// The largest value of each window.
public struct MaxPool: WindowPooling {
  public static let kind = "max-pool"
  static let window = PoolingGeometry.Kind.maximum

  /// Height and width of the window, and the step between windows, in pixels.
  public var size, stride: Int
  /// Pixels around the input, never chosen.
  public var padding: Int

  /// Creates a max-pooling; without a stride the windows lie side by side.
  public init(_ size: Int, stride: Int? = nil, padding: Int = 0) {
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
  }
}

/// The mean of each window; padding counts as zeros, as in PyTorch.
public struct AveragePool: WindowPooling {
  public static let kind = "average-pool"
  static let window = PoolingGeometry.Kind.averageIncludingPadding

  /// Height and width of the window, and the step between windows, in pixels.
  public var size, stride: Int
  /// Rows and columns of zeros around the input.
  public var padding: Int

  /// Creates an average pooling; without a stride the windows lie side by side.
  public init(_ size: Int, stride: Int? = nil, padding: Int = 0) {
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
  }
}

/// What poolings with a moving window share.
protocol WindowPooling: Layer {
  static var window: PoolingGeometry.Kind { get }
  var size: Int { get }
  var stride: Int { get }
  var padding: Int { get }
}

extension WindowPooling {
  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, let height, let width) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    guard size > 0, stride > 0, padding >= 0, padding <= size / 2 else {
      throw .setting(layer: name, problem: "size and stride are at least 1, padding at most half the size")
    }
    guard height + 2 * padding >= size, width + 2 * padding >= size else {
      throw .shape(layer: name, expected: "at least \(size)x\(size) pixels with padding", got: input)
    }
    return .image(
      channels: channels, height: (height + 2 * padding - size) / stride + 1,
      width: (width + 2 * padding - size) / stride + 1)
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.pooling(
      input, kind: Self.window, size: (size, size), stride: stride, padding: padding,
      output: outputShape(for: plan.shape(of: input), name: name), name: name)
  }
}

/// The mean of each channel: `[N, C, H, W]` to `[N, C]`.
public struct GlobalAveragePool: OptionlessLayer {
  public static let kind = "global-average-pool"

  /// Creates a global average pooling.
  public init() {}

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, _, _) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    return .vector(channels)
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    guard case .image(let channels, let height, let width) = plan.shape(of: input) else {
      throw NetworkError.shape(layer: name, expected: "images", got: plan.shape(of: input))
    }
    let pooled = try plan.pooling(
      input, kind: .averageExcludingPadding, size: (height, width), stride: 1, padding: 0,
      output: .image(channels: channels, height: 1, width: 1), name: name)
    return try plan.flatten(pooled, name: name)
  }
}

extension MaxPool {
  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try WindowOptions(decoder, of: Self.kind)
    self.init(options.size, stride: options.stride, padding: options.padding)
  }
}

extension AveragePool {
  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try WindowOptions(decoder, of: Self.kind)
    self.init(options.size, stride: options.stride, padding: options.padding)
  }
}

/// The options of a pooling with a moving window.
private struct WindowOptions {
  enum CodingKeys: String, CodingKey, CaseIterable { case size, stride, padding }
  let size: Int
  let stride: Int?
  let padding: Int

  init(_ decoder: any Decoder, of kind: String) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: kind, main: .size)
    size = try options.value(.size)
    stride = try options.value(.stride, default: nil)
    padding = try options.value(.padding, default: 0)
  }
}
