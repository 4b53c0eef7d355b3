/// A transposed convolution: the gradient of a convolution with respect to its input as a layer, which makes images
/// larger. Weights are `[I, O / groups, H, W]`, as PyTorch's.
///
/// Source: Dumoulin, Visin, "A guide to convolution arithmetic for deep learning", 2016.
public struct ConvTranspose2D: Layer {
  public static let kind = "conv-transpose2d"

  /// Output channels.
  public var filters: Int
  /// Height and width of the kernel.
  public var kernel: Int
  /// Step between the outputs of neighbouring inputs, in pixels.
  public var stride: Int
  /// Rows and columns that are cut off on every side of the output.
  public var padding: Int
  /// Rows and columns more, at the bottom and on the right; below the stride.
  public var outputPadding: Int
  /// Step between the kernel's taps in pixels.
  public var dilation: Int
  /// Groups of channels that do not see each other.
  public var groups: Int
  /// Whether a bias is added.
  public var bias: Bool
  /// How the weights start; nil follows the network, and else is PyTorch's default.
  public var initializer: Initializer?
  /// How biases start; nil is zero where the layer or the network says how weights start, else PyTorch's default.
  public var biasInitializer: Initializer?

  /// Creates a transposed convolution.
  public init(
    _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = false, init initializer: Initializer? = nil,
    biasInit biasInitializer: Initializer? = nil
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
    self.initializer = initializer
    self.biasInitializer = biasInitializer
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, let height, let width) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    guard filters > 0, kernel > 0, stride > 0, dilation > 0, groups > 0, padding >= 0 else {
      throw .setting(layer: name, problem: "filters, kernel, stride, dilation and groups are at least 1")
    }
    guard outputPadding >= 0, outputPadding < stride else {
      throw .setting(layer: name, problem: "output-padding is at least 0 and below the stride, \(stride)")
    }
    guard channels % groups == 0, filters % groups == 0 else {
      throw .shape(
        layer: name, expected: "channels and filters (\(filters)) that \(groups) groups divide", got: input)
    }
    try check(initializer, biasInitializer, name: name)
    let (rows, columns) = (extent(height), extent(width))
    guard rows > 0, columns > 0 else {
      throw .shape(layer: name, expected: "more pixels than padding \(padding) cuts off", got: input)
    }
    return .image(channels: filters, height: rows, width: columns)
  }

  private func extent(_ input: Int) -> Int {
    (input - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    let weight = ParameterSpecification.weight(
      [input.channels, filters / groups, kernel, kernel], initializer, standard: .pytorch)
    return bias ? [weight, .bias(filters, of: weight, biasInitializer, weights: initializer)] : [weight]
  }

  public func forwardFLOPs(input: ActivationShape, output: ActivationShape) -> Int {
    2 * input.count * (filters / groups) * kernel * kernel
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.transposedConvolution(input, self, name: name)
  }
}

extension ConvTranspose2D {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case filters, kernel, stride, padding
    case outputPadding = "output-padding"
    case dilation, groups, bias
    case initializer = "init"
    case biasInitializer = "bias-init"
  }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind)
    self.init(
      try options.value(.filters), kernel: try options.value(.kernel),
      stride: try options.value(.stride, default: 1), padding: try options.value(.padding, default: 0),
      outputPadding: try options.value(.outputPadding, default: 0),
      dilation: try options.value(.dilation, default: 1), groups: try options.value(.groups, default: 1),
      bias: try options.value(.bias, default: false), init: try options.value(.initializer, default: nil),
      biasInit: try options.value(.biasInitializer, default: nil))
  }
}
