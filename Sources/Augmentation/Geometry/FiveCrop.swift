/// One of five crops at random: the four corners and the middle, all equally likely.
///
/// For a prediction that looks at all five, ``crops(of:)`` gives them. As torchvision's `FiveCrop`, which makes five
/// images of one. An image that is smaller than the crop is an error.
public struct FiveCrop: Transform {
  /// The size of the crops.
  public var size: ImageSize

  /// Crops of a size.
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

  /// All five in torchvision's order: upper left, upper right, lower left, lower right, middle.
  /// - Throws: ``AugmentationError/cropTooLarge(transform:crop:image:padding:)``.
  public func crops(of image: ImageSize) throws(AugmentationError) -> [Crop] {
    let (right, bottom) = (image.width - size.width, image.height - size.height)
    guard right >= 0, bottom >= 0 else {
      throw .cropTooLarge(transform: Self.name, crop: size, image: image, padding: 0)
    }
    return [
      Crop(x: 0, y: 0, size: size), Crop(x: right, y: 0, size: size), Crop(x: 0, y: bottom, size: size),
      Crop(x: right, y: bottom, size: size), CenterCrop.middle(size, of: image),
    ]
  }

  /// Draws which.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Crop? {
    let crops = try crops(of: size)
    var stream = key.parameters()
    let crop = crops[stream.integer(in: 0...4)]
    return self.size == size ? nil : crop
  }
}
