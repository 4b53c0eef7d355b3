import Augmentation

/// An image of uniform noise that depends on its arguments alone.
func noise(_ width: Int, _ height: Int, _ channels: Int, seed: UInt64 = 1) -> PixelBuffer {
  var stream = RandomStream(SampleKey(seed: seed, sample: 0), path: "test/noise")
  let bytes = (0..<width * height * channels).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
  return PixelBuffer(width: width, height: height, channels: channels, bytes: bytes)
}

/// Keys of many samples of one run.
func keys(_ count: Int, seed: UInt64 = 7) -> [SampleKey] {
  (0..<count).map { SampleKey(seed: seed, epoch: 3, sample: UInt64($0) &* 0x9e37_79b9_7f4a_7c15) }
}

/// A recipe of every transform, for images of at least 40x30.
let everything = AugmentationRecipe {
  RandomCrop(ImageSize(width: 38, height: 30), padding: 2, fill: 9)
  HorizontalFlip(probability: 0.5)
  Rotate(degrees: 20, fill: 3, probability: 0.7)
  Zoom(scale: 0.8...1.3, probability: 0.6)
  ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.9)
  RandomResizedCrop(24, aspect: 0.75...1.25)
  ResizeShorterSide(30)
  CenterCrop(28)
  Resize(ImageSize(width: 20, height: 16))
}

/// A recipe of every transform of colour.
let colours = AugmentationRecipe {
  AutoContrast(probability: 0.9)
  Brightness(probability: 0.9)
  CLAHE(tiles: 3, probability: 0.9)
  ChannelDropout(count: 1...2, fill: 40, probability: 0.9)
  ChannelShuffle(probability: 1)
  ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.9)
  Contrast(probability: 0.9)
  Equalize(probability: 0.9)
  Gamma(probability: 0.9)
  Grayscale(probability: 0.6)
  HueSaturationValue(probability: 0.9)
  Invert(probability: 0.9)
  PlanckianJitter(probability: 0.9)
  Posterize(bits: 3...7, probability: 0.9)
  RGBShift(probability: 0.9)
  Sepia(probability: 0.9)
  Sharpen(probability: 0.9)
  Solarize(threshold: 60...200, probability: 0.9)
}

/// A recipe of every policy.
let policies = AugmentationRecipe {
  AugMix()
  AutoAugment(.imagenet)
  AutoAugment(.cifar10, interpolation: .nearest)
  AutoAugment(.svhn, fill: 9)
  RandAugment()
  TrivialAugmentWide()
}

/// A recipe of every filter and noise.
let filters = AugmentationRecipe {
  BoxBlur()
  Defocus()
  Downscale()
  GaussianBlur()
  GaussianNoise()
  JPEGCompression()
  MedianBlur()
  MotionBlur()
  SaltAndPepper()
  ShotNoise()
}
