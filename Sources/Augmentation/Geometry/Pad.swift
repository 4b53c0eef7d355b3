/// Margins around the image.
///
/// As torchvision's `Pad`; a reflection may be longer than the image.
public struct Pad: Transform {
  /// The margins, 0...65,535 pixels at each side.
  public var padding: Margins
  /// What they show; constant by default.
  public var border: Border
  /// The value of constant margins, in every channel; 0 (black) by default.
  public var fill: UInt8

  /// Margins of known widths.
  public init(_ padding: Margins, border: Border = .constant, fill: UInt8 = 0) {
    self.padding = padding
    self.border = border
    self.fill = fill
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case padding, border, fill }

  /// `padding` must be given: a number, or a mapping of `left`, `top`, `right` and `bottom`.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.value(.padding, expected: "pixels, or pixels for left, top, right and bottom"),
      border: try options.border(.border), fill: try options.fill(.fill))
  }

  /// Checks the margins.
  public func validate() throws(AugmentationError) {
    try Self.require(padding.isValid, .padding, "0 to 65535 pixels at each side", got: padding)
  }

  /// Draws nothing.
  /// - Throws: ``AugmentationError/planMismatch(expected:got:)`` where a side would be too long.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Crop? {
    if padding == 0 { return nil }
    let after = ImageSize(
      width: size.width + padding.left + padding.right, height: size.height + padding.top + padding.bottom)
    guard after.isValid else {
      throw .planMismatch(expected: "sides of at most \(ImageSize.longestSide) pixels", got: "\(after)")
    }
    return Crop(x: -padding.left, y: -padding.top, size: after, fill: fill, border: border)
  }
}
