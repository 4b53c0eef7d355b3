/// The whole image, its aspect kept, as large as fits into a size, with margins on two sides; bilinear and
/// antialiased.
///
/// The image is in the middle; of margins that cannot be equal the right or lower one is larger by a pixel.
public struct LetterBox: Transform {
  /// The size after.
  public var size: ImageSize
  /// What the margins show; constant by default.
  public var border: Border
  /// The value of constant margins, in every channel; 0 (black) by default.
  public var fill: UInt8

  /// The whole image within a size.
  public init(_ size: ImageSize, border: Border = .constant, fill: UInt8 = 0) {
    self.size = size
    self.border = border
    self.fill = fill
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case size, border, fill }

  /// `size` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.value(.size, expected: "pixels, or a width and a height"),
      border: try options.border(.border), fill: try options.fill(.fill))
  }

  /// Checks the size.
  public func validate() throws(AugmentationError) {
    try Self.check(size: size, .size)
  }

  /// Draws nothing.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> ResizeAndCrop? {
    let goal = self.size
    if size == goal { return nil }
    // Compared as products, so that an aspect that fits leaves no margin by rounding.
    let isWider = size.width * goal.height >= size.height * goal.width
    let resized =
      isWider
      ? ImageSize(width: goal.width, height: Self.rounded(size.height * goal.width, over: size.width))
      : ImageSize(width: Self.rounded(size.width * goal.height, over: size.height), height: goal.height)
    return ResizeAndCrop(
      resize: BoxResize(x: 0, y: 0, box: size, size: resized),
      crop: Crop(
        x: -((goal.width - resized.width) / 2), y: -((goal.height - resized.height) / 2), size: goal,
        fill: fill, border: border))
  }

  private static func rounded(_ product: Int, over divisor: Int) -> Int {
    max(1, (2 * product + divisor) / (2 * divisor))
  }
}
