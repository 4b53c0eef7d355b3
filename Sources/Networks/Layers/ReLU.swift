/// `max(x, 0)`.
///
/// Source: Nair, Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.
public struct ReLU: OptionlessLayer {
  public static let kind = "relu"

  /// Creates a ReLU.
  public init() {}

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape { input }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    plan.relu(input, name: name)
  }
}
