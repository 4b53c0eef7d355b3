/// `[N, C, H, W]` to `[N, C * H * W]`, channels outermost.
public struct Flatten: OptionlessLayer {
  public static let kind = "flatten"

  /// Creates a flatten.
  public init() {}

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape { .vector(input.count) }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.flatten(input, name: name)
  }
}
