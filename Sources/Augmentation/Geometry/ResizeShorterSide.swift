/// The whole image, its aspect kept, with its shorter side at a length; bilinear and antialiased.
///
/// The longer side is rounded down, as torchvision's `Resize` with one number does.
public struct ResizeShorterSide: Transform {
  /// The length of the shorter side after, in pixels.
  public var side: Int

  /// A resize to a shorter side.
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
  /// - Throws: ``AugmentationError/planMismatch(expected:got:)`` where the longer side would be too long.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> BoxResize? {
    let shorter = min(size.width, size.height)
    if shorter == side { return nil }
    let after = ImageSize(width: side * size.width / shorter, height: side * size.height / shorter)
    guard after.isValid else {
      throw .planMismatch(
        expected: "a longer side of at most \(ImageSize.longestSide) pixels", got: "\(after)")
    }
    return BoxResize(x: 0, y: 0, box: size, size: after)
  }
}
