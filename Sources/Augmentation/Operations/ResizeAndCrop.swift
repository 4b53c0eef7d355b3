/// A rectangle of an image resized, and then a rectangle of that, which may reach beyond it.
public struct ResizeAndCrop: TransformPlan {
  /// What is resized, and its size after.
  public let resize: BoxResize
  /// What is taken of that.
  public let crop: Crop

  /// The size of the crop.
  public func outputSize(for size: ImageSize) -> ImageSize { crop.size }

  /// Resizes, then crops.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    try resize.apply(to: &image)
    try crop.apply(to: &image)
  }
}

/// A rectangle of an image, which may reach beyond it, and then resized.
public struct CropAndResize: TransformPlan {
  /// What is taken of the image.
  public let crop: Crop
  /// The size after.
  public let size: ImageSize

  /// The size after.
  public func outputSize(for size: ImageSize) -> ImageSize { self.size }

  /// Crops, then resizes.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    try crop.apply(to: &image)
    try BoxResize(x: 0, y: 0, box: crop.size, size: size).apply(to: &image)
  }
}
