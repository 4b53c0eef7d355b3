/// A policy's operations for one sample, in order.
public struct PolicyPlan: TransformPlan {
  /// What is done.
  public let operations: [PolicyOperation]
  /// How warps read the image.
  public let sampling: Sampling

  /// Operations in order.
  public init(operations: [PolicyOperation], sampling: Sampling = Sampling()) {
    self.operations = operations
    self.sampling = sampling
  }

  /// Applies every operation; look-up tables in a row take one pass.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    var runner = PlanRunner(image)
    try run(on: &runner)
    image = runner.finish()
  }

  /// Hands every operation on.
  public func run(on runner: inout PlanRunner) throws(AugmentationError) {
    for operation in operations {
      if let plan = try operation.plan(sampling: sampling) { try plan.run(on: &runner) }
    }
  }
}
