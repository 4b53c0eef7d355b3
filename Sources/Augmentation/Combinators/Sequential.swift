/// Transforms one after the other, as one: for a place that takes one transform, such as a choice of ``OneOf``.
///
/// In recipes `sequence`. (In Swift that name would hide the standard library's.)
public struct Sequential: Combinator {
  var list: TransformList

  /// The name in recipes.
  public static var name: String { "sequence" }

  /// The transforms, in order.
  public var transforms: [any Transform] { list.transforms }

  /// Transforms in the order written.
  public init(@RecipeBuilder _ transforms: () -> [any Transform]) {
    self.init(transforms())
  }

  /// Transforms in order.
  public init(_ transforms: [any Transform]) {
    list = TransformList(transforms)
  }

  init(standardWith transforms: [any Transform]) { self.init(transforms) }

  /// The options in recipes.
  public enum CodingKeys: String, CombinatorKeys { case list = "transforms" }

  /// `transforms` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(try options.transforms(of: Self.self))
  }

  /// Reads a list of transforms, or a mapping of options.
  public init(from decoder: any Decoder) throws { self = try Self.read(from: decoder) }

  /// Checks the transforms.
  public func validate() throws(AugmentationError) { try checkList() }

  /// Plans every transform.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> NestedPlan? {
    try nestedPlan(for: size, key: key)
  }

  func choice(_ stream: inout RandomStream) -> [Int] { Array(list.transforms.indices) }
}
