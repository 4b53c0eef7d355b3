/// The whole image at a size, whatever its aspect; bilinear and antialiased.
///
/// Agrees byte for byte with Pillow's `Image.resize(size, Image.BILINEAR)`.
public struct Resize: Transform {
  /// The size after.
  public var size: ImageSize

  /// A resize to a size.
  public init(_ size: ImageSize) {
    self.size = size
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case size }

  /// `size` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(try options.value(.size, expected: "pixels, or a width and a height"))
  }

  /// Checks the size.
  public func validate() throws(AugmentationError) {
    try Self.check(size: size, .size)
  }

  /// Draws nothing.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> BoxResize? {
    size == self.size ? nil : BoxResize(x: 0, y: 0, box: size, size: self.size)
  }
}
