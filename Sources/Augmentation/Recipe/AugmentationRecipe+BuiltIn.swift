import Names

// Recipes that have names.
extension AugmentationRecipe {
  /// The names of the built-in recipes, from the gentlest to the strongest.
  ///
  /// - `light`: a crop of 70 to 100% of the area, a flip and a tenth of brightness and contrast.
  /// - `standard`: a crop of 35 to 100% of the area and a flip, as ``standard(size:sameSize:)``.
  /// - `cifar`: a crop at a random place after padding by an eighth of the size, and a flip (He and others, CVPR 2016).
  /// - `imagenet`: a crop of 8 to 100% of the area and a flip (Szegedy and others, CVPR 2015; torchvision's references).
  /// - `trivial`: as `imagenet`, and one random operation (``TrivialAugmentWide``).
  /// - `strong`: a crop of 20 to 100% of the area, a flip, rotation, colour jitter, sometimes grey, blur or noise.
  public static let builtInNames = ["light", "standard", "cifar", "imagenet", "trivial", "strong"]

  /// A built-in recipe.
  /// - Parameters:
  ///   - name: one of ``builtInNames``.
  ///   - size: what every image leaves with; nil where each keeps its own, and then nothing is cropped.
  /// - Throws: ``AugmentationError/unknownRecipe(name:nearest:)``.
  public static func builtIn(
    named name: String, size: ImageSize?
  ) throws(AugmentationError) -> AugmentationRecipe {
    switch name {
    case "light": return light(size)
    case "standard": return standard(size: size ?? 1, sameSize: size == nil)
    case "cifar": return cifar(size)
    case "imagenet": return imagenet(size)
    case "trivial": return AugmentationRecipe(steps: imagenet(size).steps + [TrivialAugmentWide()])
    case "strong": return strong(size)
    default:
      throw .unknownRecipe(name: name, nearest: nearestName(to: name, among: builtInNames) ?? "")
    }
  }

  private static func light(_ size: ImageSize?) -> AugmentationRecipe {
    AugmentationRecipe {
      if let size { RandomResizedCrop(size, area: 0.7...1) }
      HorizontalFlip()
      ColorJitter(brightness: 0.1, contrast: 0.1)
    }
  }

  private static func cifar(_ size: ImageSize?) -> AugmentationRecipe {
    AugmentationRecipe {
      if let size {
        Resize(size)
        RandomCrop(size, padding: max(1, min(size.width, size.height) / 8))
      }
      HorizontalFlip()
    }
  }

  private static func imagenet(_ size: ImageSize?) -> AugmentationRecipe {
    AugmentationRecipe {
      if let size { RandomResizedCrop(size) }
      HorizontalFlip()
    }
  }

  private static func strong(_ size: ImageSize?) -> AugmentationRecipe {
    AugmentationRecipe {
      if let size { RandomResizedCrop(size, area: 0.2...1) }
      HorizontalFlip()
      Rotate(degrees: 15, probability: 0.5)
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8)
      Grayscale(probability: 0.1)
      OneOf(probability: 0.2) {
        GaussianBlur(sigma: 0.3...1.5)
        GaussianNoise(sigma: 0.01...0.05)
        JPEGCompression(quality: 40...90)
        Sharpen()
      }
    }
  }
}
