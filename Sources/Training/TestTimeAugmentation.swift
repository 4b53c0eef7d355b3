import Augmentation
import Loading

/// In how many ways a model looks at an image before it says what it is: the mean of the probabilities counts.
///
/// In options it is `flip`, `ten-crop` or a number. Source of the crops: Krizhevsky, Sutskever, Hinton, "ImageNet
/// Classification with Deep Convolutional Neural Networks", NIPS 2012.
public enum TestTimeAugmentation: Equatable, Sendable {
  /// The image, and its mirror image.
  case flip
  /// The four corners and the middle of the image at 8/7 of the input's size, and the same of its mirror image:
  /// torchvision's `TenCrop` after a `Resize`, as 224 of 256.
  case tenCrop
  /// So many draws of ``randomView(size:)``, the same for all images.
  case draws(Int)

  /// Draws that may be asked for.
  public static let drawLimits = 1...256

  /// What an option's text states; nil for other texts.
  public init?(_ text: String) {
    switch text {
    case "flip": self = .flip
    case "ten-crop": self = .tenCrop
    default:
      guard let count = Int(text), Self.drawLimits.contains(count) else { return nil }
      self = .draws(count)
    }
  }

  /// The forms of an option's text, for messages.
  public static let forms =
    "flip, ten-crop or a number from \(drawLimits.lowerBound) to \(drawLimits.upperBound)"
}

extension TestTimeAugmentation: CustomStringConvertible, Encodable {
  /// The option's text.
  public var description: String {
    switch self {
    case .flip: "flip"
    case .tenCrop: "ten-crop"
    case .draws(let count): "\(count)"
    }
  }

  /// Writes the option's text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension TestTimeAugmentation {
  /// A light random change: 64 to 100% of the area at an aspect of 3:4 to 4:3, resized to the input's size, and
  /// mirrored every other time.
  static func randomView(size: ImageSize) -> AugmentationRecipe {
    AugmentationRecipe {
      RandomResizedCrop(size, area: 0.64...1)
      HorizontalFlip(probability: 0.5)
    }
  }

  /// The ways to look at an image, for a network's input.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where the input is too small to crop.
  func views(for input: Preprocessing) throws(TrainingError) -> [ImageView] {
    switch self {
    case .flip:
      return [.plain, .mirrored]
    case .tenCrop:
      guard input.hasRoomForCrops else {
        throw .invalidOption(
          name: "tta", value: "ten-crop",
          reason:
            "crops of \(input.height)x\(input.width), the model's input, are no smaller than 8/7 of it in "
            + "whole pixels; use flip or a number")
      }
      return [false, true].flatMap { isMirrored in
        ImageView.CropPlace.allCases.map { .crop($0, mirrored: isMirrored) }
      }
    case .draws(let count):
      let recipe = Self.randomView(size: ImageSize(width: input.width, height: input.height))
      return (0..<count).map { .drawn(recipe, number: $0) }
    }
  }
}
