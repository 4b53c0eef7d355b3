/// Collects the transforms of an ``AugmentationRecipe`` in the order written.
@resultBuilder
public enum RecipeBuilder {
  /// One transform.
  public static func buildExpression(_ transform: any Transform) -> [any Transform] { [transform] }
  /// Transforms one after the other.
  public static func buildBlock(_ parts: [any Transform]...) -> [any Transform] { parts.flatMap(\.self) }
  /// `if` without `else`.
  public static func buildOptional(_ part: [any Transform]?) -> [any Transform] { part ?? [] }
  /// `if` taken.
  public static func buildEither(first part: [any Transform]) -> [any Transform] { part }
  /// `else` taken.
  public static func buildEither(second part: [any Transform]) -> [any Transform] { part }
  /// `for`.
  public static func buildArray(_ parts: [[any Transform]]) -> [any Transform] { parts.flatMap(\.self) }
}
