import Augmentation
import Pixels

/// One of several ways in which a network looks at an image, for test-time augmentation.
public enum ImageView: Equatable, Sendable {
  /// Where a crop lies in an image, in the order of `FiveCrop`.
  public enum CropPlace: Int, CaseIterable, Sendable {
    case topLeft, topRight, bottomLeft, bottomRight, center
  }

  /// As ``Preprocessing`` has it.
  case plain
  /// That, with left and right exchanged.
  case mirrored
  /// A part of the input's size of the image resized, its proportions kept, to cover ``Preprocessing/enlarged``.
  /// Mirrored, the whole image is so before it is cropped, as by torchvision's `TenCrop`.
  case crop(CropPlace, mirrored: Bool)
  /// What a recipe makes of it. The number is the draw's key, so that every image is drawn alike.
  case drawn(AugmentationRecipe, number: Int)
}

extension Preprocessing {
  /// The size of which crops are taken: 8/7 of the input's, rounded, as 256 is of the usual 224.
  public var enlarged: ImageSize {
    ImageSize(width: (width * 16 + 7) / 14, height: (height * 16 + 7) / 14)
  }

  /// Whether crops of the input's size can lie in the corners of an image of the size ``enlarged``.
  public var hasRoomForCrops: Bool { enlarged.width > width && enlarged.height > height }

  /// Brings a decoded image to the input's size in one of the ways to look at it.
  func fit(_ image: PixelBuffer, as view: ImageView) throws(AugmentationError) -> PixelBuffer {
    switch view {
    case .plain: return try fit(image)
    case .mirrored: return try fit(image).mirrored()
    case .crop(let place, let isMirrored):
      var result = try covering(image)
      if isMirrored { result = try result.mirrored() }
      let crops = try FiveCrop(ImageSize(width: width, height: height)).crops(of: ImageSize(of: result))
      try crops[place.rawValue].apply(to: &result)
      return result
    case .drawn(let recipe, let number):
      let key = SampleKey(seed: 0, sample: 0, copy: UInt32(truncatingIfNeeded: number))
      return try fit(recipe.apply(to: image, key: key))
    }
  }

  /// The whole image, its proportions kept, as small as covers the size ``enlarged``; the longer side is rounded
  /// down, as torchvision's `Resize` does.
  private func covering(_ image: PixelBuffer) throws(AugmentationError) -> PixelBuffer {
    let least = enlarged
    let size =
      image.width * least.height >= image.height * least.width
      ? ImageSize(width: image.width * least.height / image.height, height: least.height)
      : ImageSize(width: least.width, height: image.height * least.width / image.width)
    return try AugmentationRecipe { Resize(size) }.applied(to: image)
  }
}

extension PixelBuffer {
  fileprivate func mirrored() throws(AugmentationError) -> PixelBuffer {
    try AugmentationRecipe { HorizontalFlip(probability: 1) }.applied(to: self)
  }
}

extension AugmentationRecipe {
  /// What a recipe without draws makes of an image.
  fileprivate func applied(to image: PixelBuffer) throws(AugmentationError) -> PixelBuffer {
    try apply(to: image, key: SampleKey(seed: 0, sample: 0))
  }
}
