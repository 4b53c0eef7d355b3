/// The same values in another shape, in plain order: `[C, H, W]`, or `[features]`.
public struct Reshape: Layer {
  public static let kind = "reshape"

  /// The shape of one image.
  public var shape: [Int]

  /// Creates a reshape.
  /// - Parameter shape: channels, height and width, or the number of features alone.
  public init(_ shape: [Int]) { self.shape = shape }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard shape.count == 3 || shape.count == 1, shape.allSatisfy({ $0 > 0 }) else {
      throw .setting(
        layer: name, problem: "the shape is [channels, height, width] or [features], not \(shape)")
    }
    let output: ActivationShape =
      shape.count == 1
      ? .vector(shape[0]) : .image(channels: shape[0], height: shape[1], width: shape[2])
    guard output.count == input.count else {
      throw .shape(layer: name, expected: "\(output.count) values for \(output)", got: input)
    }
    return output
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.reshape(input, to: outputShape(for: plan.shape(of: input), name: name), name: name)
  }
}

extension Reshape {
  enum CodingKeys: String, CodingKey, CaseIterable { case shape }

  /// Reads the shape.
  public init(from decoder: any Decoder) throws {
    self.init(try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .shape).value(.shape))
  }
}
