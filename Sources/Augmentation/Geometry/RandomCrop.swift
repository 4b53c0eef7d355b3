/// A crop at a random place of the image, which is padded before.
///
/// All places are equally likely. An image that is smaller than the crop, padding included, is padded as far as needed
/// where that is asked for, and else an error. Follows torchvision's `RandomCrop` (padding on every side).
public struct RandomCrop: Transform {
  /// The size of the crop.
  public var size: ImageSize
  /// Pixels added on every side before, 0...65,535; 0 by default.
  public var padding: Int
  /// Whether an image that is still too small gets what it lacks on both sides; false by default.
  public var padIfNeeded: Bool
  /// What the padding shows; constant by default.
  public var border: Border
  /// The value of constant padding, in every channel; 0 (black) by default.
  public var fill: UInt8

  /// A crop of a size.
  public init(
    _ size: ImageSize, padding: Int = 0, padIfNeeded: Bool = false, border: Border = .constant,
    fill: UInt8 = 0
  ) {
    self.size = size
    self.padding = padding
    self.padIfNeeded = padIfNeeded
    self.border = border
    self.fill = fill
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case size, padding
    case padIfNeeded = "pad_if_needed"
    case border, fill
  }

  /// `size` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.value(.size, expected: "pixels, or a width and a height"),
      padding: try options.value(.padding, default: 0, expected: "whole pixels"),
      padIfNeeded: try options.value(.padIfNeeded, default: false, expected: "true or false"),
      border: try options.border(.border), fill: try options.fill(.fill))
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
    func sides(_ length: Int, _ wanted: Int) -> Int {
      padding + (padIfNeeded ? max(0, wanted - length - 2 * padding) : 0)
    }
    let (columns, rows) = (sides(size.width, crop.width), sides(size.height, crop.height))
    let spareColumns = size.width + 2 * columns - crop.width
    let spareRows = size.height + 2 * rows - crop.height
    guard spareColumns >= 0, spareRows >= 0 else {
      throw .cropTooLarge(transform: Self.name, crop: crop, image: size, padding: padding)
    }
    var stream = key.parameters()
    let x = stream.integer(in: 0...spareColumns) - columns
    let y = stream.integer(in: 0...spareRows) - rows
    return Crop(x: x, y: y, size: crop, fill: fill, border: border)
  }
}
