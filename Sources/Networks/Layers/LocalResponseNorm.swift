/// Each value over `(k + alpha / size * sum of squares)^beta`, the squares being those of the `size` channels around it
/// at the same pixel; channels beyond the first and the last count as zeros.
///
/// Source: Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS
/// 2012; with alpha over `size`, as in PyTorch.
public struct LocalResponseNorm: Layer {
  public static let kind = "local-response-norm"

  /// Neighbouring channels, the value's own included.
  public var size: Int
  /// The weight of the neighbours' mean square.
  public var alpha: Float
  /// The power.
  public var beta: Float
  /// What the mean square is added to.
  public var k: Float

  /// Creates a local response norm with PyTorch's defaults.
  public init(_ size: Int, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image = input else { throw .shape(layer: name, expected: "images", got: input) }
    guard size > 0, alpha >= 0, k > 0 else {
      throw .setting(layer: name, problem: "size is at least 1, alpha at least 0 and k above 0")
    }
    return input
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.localResponseNorm(input, self, name: name)
  }
}

extension LocalResponseNorm {
  enum CodingKeys: String, CodingKey, CaseIterable { case size, alpha, beta, k }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .size)
    self.init(
      try options.value(.size), alpha: try options.value(.alpha, default: 1e-4),
      beta: try options.value(.beta, default: 0.75), k: try options.value(.k, default: 1))
  }
}
