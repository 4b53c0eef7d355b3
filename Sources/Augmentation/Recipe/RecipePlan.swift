/// A recipe resolved for one sample: every parameter drawn.
///
/// Steps that leave this sample as it is are absent, and combinators are replaced by what they chose. A stored
/// plan gives the same image again without the recipe or the key.
public struct RecipePlan: Codable, Equatable, Sendable {
  /// The size of the image that it was drawn for.
  public let size: ImageSize
  /// What happens, in order.
  public let steps: [PlannedStep]

  /// Applies every step; look-up tables in a row take one pass, and so do warps.
  /// - Throws: ``AugmentationError/planMismatch(expected:got:)`` for an image of another size.
  public func apply(to image: PixelBuffer) throws(AugmentationError) -> PixelBuffer {
    guard ImageSize(of: image) == size else {
      throw .planMismatch(expected: "an image of \(size)", got: "\(ImageSize(of: image))")
    }
    var memory = PixelBuffer(width: 1, height: 1, channels: 1)
    var runner = PlanRunner(image, memory: &memory)
    for step in steps { try step.plan.run(on: &runner) }
    return runner.finish()
  }
}

/// One transform of a recipe with the parameters drawn for one sample.
public struct PlannedStep: Sendable {
  /// The operation's path within the recipe, such as `"1/HorizontalFlip"` or `"2/OneOf/0/Rotate"`.
  public let path: String
  /// The transform's name in recipes.
  public let transform: String
  /// The drawn parameters.
  public let plan: any TransformPlan

  /// Nil where the sample stays as it is.
  init?(
    _ transform: some Transform, named name: String, for size: ImageSize, key: OperationKey
  ) throws(AugmentationError) {
    guard let plan = try transform.gatedPlan(for: size, key: key) else { return nil }
    path = key.path
    self.transform = name
    self.plan = plan
  }
}

extension PlannedStep: Equatable {
  /// Whether path, transform and parameters are the same.
  public static func == (a: PlannedStep, b: PlannedStep) -> Bool {
    a.path == b.path && a.transform == b.transform && a.plan.isEqual(to: b.plan)
  }
}

extension PlannedStep: Codable {
  private enum CodingKeys: String, CodingKey { case path, transform, plan }

  /// Reads path, transform and the plan, whose form the transform decides.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    path = try container.decode(String.self, forKey: .path)
    transform = try container.decode(String.self, forKey: .transform)
    plan = try Self.plan(of: TransformTable.type(named: transform), in: container)
  }

  /// Writes path, transform and plan.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode(transform, forKey: .transform)
    try plan.encode(to: container.superEncoder(forKey: .plan))
  }

  private static func plan<T: Transform>(
    of type: T.Type, in container: KeyedDecodingContainer<CodingKeys>
  ) throws -> any TransformPlan {
    try container.decode(T.Plan.self, forKey: .plan)
  }
}
