/// The whole image, its aspect kept, with its longer side at a length; bilinear and antialiased.
///
/// The shorter side is rounded down, as torchvision's `Resize` with a `max_size` alone does, and at least 1 pixel.
public struct ResizeLongerSide: Transform {
  /// The length of the longer side after, in pixels.
  public var side: Int

  /// A resize to a longer side.
  public init(_ side: Int) {
    self.side = side
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case side }

  /// `side` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(try options.value(.side, expected: "whole pixels"))
  }

  /// Checks the length.
  public func validate() throws(AugmentationError) {
    try Self.check(size: .square(side), .side)
  }

  /// Draws nothing.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> BoxResize? {
    let longer = max(size.width, size.height)
    if longer == side { return nil }
    let after = ImageSize(
      width: max(1, side * size.width / longer), height: max(1, side * size.height / longer))
    return BoxResize(x: 0, y: 0, box: size, size: after)
  }
}
