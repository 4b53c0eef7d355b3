import Kernels

/// Rows and columns around an image.
public enum Padding: Codable, Equatable, Sendable {
  /// As many as keep the size at stride 1: `dilation * (kernel - 1)` in all, the odd one below and right.
  case same
  /// The same number on every side; 0 is no padding.
  case explicit(Int)

  /// No padding.
  public static let none = Padding.explicit(0)

  /// Rows before and after, for a kernel that reaches over `extent` pixels.
  package func sides(extent: Int) -> (before: Int, after: Int) {
    switch self {
    case .same: ((extent - 1) / 2, extent / 2)
    case .explicit(let pixels): (pixels, pixels)
    }
  }
}

/// A two-dimensional convolution (cross-correlation, as everywhere in the field).
public struct Conv2D: ConnectedLayer {
  public static let kind = "conv2d"

  /// Output channels.
  public var filters: Int
  /// Height and width of the kernel.
  public var kernel: Int
  /// Step between outputs in pixels.
  public var stride: Int
  /// Rows and columns around the input.
  public var padding: Padding
  /// What the padding holds.
  public var paddingMode: PaddingMode
  /// Step between the kernel's taps in pixels; 1 is an ordinary kernel.
  public var dilation: Int
  /// Groups of channels that do not see each other; as many as input channels makes it depthwise.
  public var groups: Int
  /// Whether a bias is added. Before a batch norm it would have no effect.
  public var bias: Bool
  /// How the weights start; nil follows the network, and else is He's normal by fan-out, as torchvision's ResNets.
  public var initializer: Initializer?
  /// How biases start; nil is zero where the layer or the network says how weights start, else PyTorch's default.
  public var biasInitializer: Initializer?
  /// Weights that are left out of a step; nil for none.
  public var dropConnect: DropConnect?

  /// Creates a convolution.
  public init(
    _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .none,
    paddingMode: PaddingMode = .zeros, dilation: Int = 1, groups: Int = 1, bias: Bool = false,
    init initializer: Initializer? = nil, biasInit biasInitializer: Initializer? = nil,
    dropConnect: DropConnect? = nil
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.paddingMode = paddingMode
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
    self.initializer = initializer
    self.biasInitializer = biasInitializer
    self.dropConnect = dropConnect
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, let height, let width) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    guard filters > 0, kernel > 0, stride > 0, dilation > 0, groups > 0 else {
      throw .setting(layer: name, problem: "filters, kernel, stride, dilation and groups are at least 1")
    }
    guard channels % groups == 0, filters % groups == 0 else {
      throw .shape(
        layer: name, expected: "channels and filters (\(filters)) that \(groups) groups divide", got: input)
    }
    try check(initializer, biasInitializer, name: name)
    try dropConnect?.check(layer: name)
    let extent = dilation * (kernel - 1) + 1
    let (before, after) = padding.sides(extent: extent)
    guard before >= 0, height + before + after >= extent, width + before + after >= extent else {
      throw .shape(layer: name, expected: "at least \(extent)x\(extent) pixels with padding", got: input)
    }
    try paddingMode.check(sides, around: input, name: name)
    return .image(
      channels: filters, height: (height + before + after - extent) / stride + 1,
      width: (width + before + after - extent) / stride + 1)
  }

  /// Rows and columns around the input, on each side.
  package var sides: Sides {
    let (before, after) = padding.sides(extent: dilation * (kernel - 1) + 1)
    return Sides(left: before, right: after, top: before, bottom: after)
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    let weight = ParameterSpecification.weight(
      [filters, input.channels / groups, kernel, kernel], initializer, standard: .heNormal(mode: .fanOut))
    return bias ? [weight, .bias(filters, of: weight, biasInitializer, weights: initializer)] : [weight]
  }

  public func forwardFLOPs(input: ActivationShape, output: ActivationShape) -> Int {
    2 * output.count * (input.channels / groups) * kernel * kernel
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.convolution(input, self, name: name, statistics: false)
  }

  /// Before a batch norm it leaves the sums that the norm needs.
  public func lower(
    _ input: Value, name: String, before next: (path: String, layer: any Layer)?, into plan: PlanBuilder
  ) throws -> (value: Value, includesNext: Bool) {
    if let averaged = try plan.gaussianAverage(input, of: self, before: next?.layer, name: name) {
      return (averaged, true)
    }
    let isMeasured = next.map { $0.layer is BatchNorm && !plan.usesRunningStatistics(norm: $0.path) }
    return (try plan.convolution(input, self, name: name, statistics: isMeasured ?? false), false)
  }

  func lower(
    _ input: Value, name: String, into plan: PlanBuilder, change: WeightChange
  ) throws -> Value {
    try plan.convolution(input, self, name: name, statistics: false, change: change)
  }
}

extension Conv2D {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case filters, kernel, stride, padding
    case paddingMode = "padding-mode"
    case dilation, groups, bias
    case initializer = "init"
    case biasInitializer = "bias-init"
    case dropConnect = "drop-connect"
  }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind)
    self.init(
      try options.value(.filters), kernel: try options.value(.kernel),
      stride: try options.value(.stride, default: 1), padding: try options.value(.padding, default: .none),
      paddingMode: try options.value(.paddingMode, default: .zeros),
      dilation: try options.value(.dilation, default: 1), groups: try options.value(.groups, default: 1),
      bias: try options.value(.bias, default: false), init: try options.value(.initializer, default: nil),
      biasInit: try options.value(.biasInitializer, default: nil),
      dropConnect: try options.value(.dropConnect, default: nil))
  }
}

extension Padding {
  /// Reads `same` or a number of pixels.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let pixels = try? value.decode(Int.self) {
      self = .explicit(pixels)
    } else if try value.decode(String.self) == "same" {
      self = .same
    } else {
      throw DecodingError.dataCorruptedError(
        in: value, debugDescription: "expected same or a number of pixels")
    }
  }

  /// Writes `same` or a number of pixels.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .same: try value.encode("same")
    case .explicit(let pixels): try value.encode(pixels)
    }
  }
}
