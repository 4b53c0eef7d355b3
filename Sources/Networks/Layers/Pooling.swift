import Kernels

/// The largest value of each window.
public struct MaxPool: WindowPooling {
  public static let kind = "max-pool"
  var window: PoolingGeometry.Kind { .maximum }

  /// Height and width of the window, and the step between windows, in pixels.
  public var size, stride: Int
  /// Pixels around the input, never chosen.
  public var padding: Int
  /// Whether a last window may reach beyond the input, where the windows do not fit; else what is left is ignored.
  public var ceilMode: Bool

  /// Creates a max-pooling; without a stride the windows lie side by side.
  public init(_ size: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false) {
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
    self.ceilMode = ceilMode
  }
}

/// The mean of each window.
public struct AveragePool: WindowPooling {
  public static let kind = "average-pool"
  var window: PoolingGeometry.Kind { countIncludePad ? .averageIncludingPadding : .averageExcludingPadding }

  /// Height and width of the window, and the step between windows, in pixels.
  public var size, stride: Int
  /// Rows and columns of zeros around the input.
  public var padding: Int
  /// Whether a last window may reach beyond the input, where the windows do not fit; else what is left is ignored.
  /// What lies beyond input and padding is never counted.
  public var ceilMode: Bool
  /// Whether the padding's zeros count.
  public var countIncludePad: Bool

  /// Creates an average pooling; without a stride the windows lie side by side.
  public init(
    _ size: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false, countIncludePad: Bool = true
  ) {
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
    self.ceilMode = ceilMode
    self.countIncludePad = countIncludePad
  }
}

/// What poolings with a moving window share. Sizes are as PyTorch's.
protocol WindowPooling: Layer {
  var window: PoolingGeometry.Kind { get }
  var size: Int { get }
  var stride: Int { get }
  var padding: Int { get }
  var ceilMode: Bool { get }
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
    return .image(channels: channels, height: windows(over: height), width: windows(over: width))
  }

  /// How many windows there are along a side of `extent` pixels.
  private func windows(over extent: Int) -> Int {
    let free = extent + 2 * padding - size
    guard ceilMode else { return free / stride + 1 }
    // The last window must begin within the input or the padding before it.
    let count = (free + stride - 1) / stride + 1
    return (count - 1) * stride >= extent + padding ? count - 1 : count
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.pooling(
      input, kind: window, size: (size, size), stride: stride, padding: padding,
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
    try plan.flatten(plan.globalAverage(input, name: name), name: name)
  }
}

extension MaxPool {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case size, stride, padding
    case ceilMode = "ceil-mode"
  }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .size)
    self.init(
      try options.value(.size), stride: try options.value(.stride, default: nil),
      padding: try options.value(.padding, default: 0), ceilMode: try options.value(.ceilMode, default: false)
    )
  }
}

extension AveragePool {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case size, stride, padding
    case ceilMode = "ceil-mode"
    case countIncludePad = "count-include-pad"
  }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .size)
    self.init(
      try options.value(.size), stride: try options.value(.stride, default: nil),
      padding: try options.value(.padding, default: 0),
      ceilMode: try options.value(.ceilMode, default: false),
      countIncludePad: try options.value(.countIncludePad, default: true))
  }
}
