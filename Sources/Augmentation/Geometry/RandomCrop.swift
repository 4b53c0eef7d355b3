/// A crop at a random place of the image, which is padded before.
///
/// All places are equally likely. An image that is smaller than the crop, padding included, is an error.
/// Follows torchvision's `RandomCrop` (padding on every side).
public struct RandomCrop: Transform {
  /// The size of the crop.
  public var size: ImageSize
  /// Pixels added on every side before, 0...65,535; 0 by default.
  public var padding: Int
  /// The value of the padding in every channel; 0 (black) by default.
  public var fill: UInt8

  /// A crop of a size.
  public init(_ size: ImageSize, padding: Int = 0, fill: UInt8 = 0) {
    self.size = size
    self.padding = padding
    self.fill = fill
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case size, padding, fill }

  /// `size` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.value(.size, expected: "pixels, or a width and a height"),
      padding: try options.value(.padding, default: 0, expected: "whole pixels"),
      fill: try options.value(.fill, default: 0, expected: "a whole number of 0 to 255"))
  }

  /// Checks the size and the padding.
  public func validate() throws(AugmentationError) {
    try Self.check(size: size, .size)
    try Self.require(
      (0...ImageSize.longestSide).contains(padding), .padding, "0 to 65535 pixels", got: padding)
  }

  /// Draws the place: first the column, then the row.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Crop? {
    let crop = self.size
    let spareColumns = size.width + 2 * padding - crop.width
    let spareRows = size.height + 2 * padding - crop.height
    guard spareColumns >= 0, spareRows >= 0 else {
      throw .cropTooLarge(transform: Self.name, crop: crop, image: size, padding: padding)
    }
    var stream = key.parameters()
    let x = stream.integer(in: 0...spareColumns) - padding
    let y = stream.integer(in: 0...spareRows) - padding
    return Crop(x: x, y: y, size: crop, fill: fill)
  }
}
