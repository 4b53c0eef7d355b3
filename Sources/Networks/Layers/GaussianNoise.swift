import Kernels

/// Noise: in training each value of each image gets a normal number of its own added, in inference nothing happens. At
/// a network's front it is noise of the images, in units of their normalised values. Keras's `GaussianNoise`.
///
/// Source: Bishop, "Training with noise is equivalent to Tikhonov regularization", Neural Computation 1995.
public struct GaussianNoise: Layer {
  public static let kind = "gaussian-noise"

  /// The standard deviation of what is added, 0 or more.
  public var deviation: Double

  /// Creates a layer.
  public init(_ deviation: Double) { self.deviation = deviation }

  public var drawsInTraining: Bool { deviation > 0 }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard deviation >= 0, deviation.isFinite else {
      throw .setting(layer: name, problem: "the standard deviation is 0 or more, not \(deviation)")
    }
    return input
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.gaussianNoise(input, self, name: name)
  }
}

extension GaussianNoise {
  enum CodingKeys: String, CodingKey, CaseIterable { case deviation }

  /// Reads the option.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .deviation)
    self.init(try options.value(.deviation))
  }
}
