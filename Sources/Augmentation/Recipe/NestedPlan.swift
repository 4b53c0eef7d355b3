/// What a combinator chose: the steps that happen, in order, each under its own path.
///
/// In a ``RecipePlan`` its steps stand in its place.
public struct NestedPlan: TransformPlan {
  /// What happens, in order.
  public let steps: [PlannedStep]

  /// The size of the image that leaves the last step.
  public func outputSize(for size: ImageSize) -> ImageSize {
    steps.reduce(size) { $1.plan.outputSize(for: $0) }
  }

  /// Applies every step; look-up tables in a row take one pass, and so do warps.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    var runner = PlanRunner(image)
    try run(on: &runner)
    image = runner.finish()
  }

  /// Hands every step on.
  public func run(on runner: inout PlanRunner) throws(AugmentationError) {
    for step in steps { try step.plan.run(on: &runner) }
  }
}
