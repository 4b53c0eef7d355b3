import Augmentation
import Pixels

extension PixelBuffer {
  /// The whole image with its proportions kept, so small that its shorter side is `side`, the longer one rounded down,
  /// as by torchvision's `Resize`; the image itself where it is no larger.
  func shrunk(toShorterSide side: Int) throws(AugmentationError) -> PixelBuffer {
    let shorter = min(width, height)
    if shorter <= side { return self }
    let size = ImageSize(width: width * side / shorter, height: height * side / shorter)
    return try AugmentationRecipe { Resize(size) }.apply(to: self, key: SampleKey(seed: 0, sample: 0))
  }
}
