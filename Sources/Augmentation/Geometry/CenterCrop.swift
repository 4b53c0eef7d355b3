/// The middle of the image.
///
/// Where the margins cannot be equal, the left and upper ones are rounded half to even, as in torchvision's
/// `CenterCrop`. An image that is smaller than the crop is an error (torchvision pads it).
public struct CenterCrop: Transform {
  /// The size of the crop.
  public var size: ImageSize

  /// A crop of a size.
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
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Crop? {
    guard self.size.width <= size.width, self.size.height <= size.height else {
      throw .cropTooLarge(transform: Self.name, crop: self.size, image: size, padding: 0)
    }
    return self.size == size ? nil : Self.middle(self.size, of: size)
  }

  /// The crop of a size in the middle of an image that is as large at least.
  static func middle(_ crop: ImageSize, of image: ImageSize) -> Crop {
    func half(_ spare: Int) -> Int { Int((Double(spare) / 2).rounded(.toNearestOrEven)) }
    return Crop(x: half(image.width - crop.width), y: half(image.height - crop.height), size: crop)
  }
}
