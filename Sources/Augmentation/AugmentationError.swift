/// What can be wrong with a recipe, a plan or the image they meet.
public enum AugmentationError: Error, Equatable, Sendable {
  /// A recipe names a transform that does not exist.
  case unknownTransform(name: String, nearest: String)
  /// No built-in recipe has that name.
  case unknownRecipe(name: String, nearest: String)
  /// A transform is given an option that it does not have; `nearest` is nil where it has none at all.
  case unknownOption(transform: String, name: String, nearest: String?)
  /// A transform lacks an option that has no default.
  case missingOption(transform: String, option: String)
  /// An option's value is of another kind or outside its range.
  case invalidOption(transform: String, option: String, expected: String, got: String)
  /// A recipe is of a version that this program does not know.
  case unknownVersion(Int)
  /// A recipe, or one entry of it, has another form than a recipe has.
  case malformed(expected: String, got: String)
  /// The error of one entry of a recipe, counted from 0.
  indirect case step(Int, AugmentationError)
  /// The error of one of the transforms within another, counted from 0.
  indirect case nested(transform: String, step: Int, AugmentationError)
  /// A crop is larger than the image, padding included.
  case cropTooLarge(transform: String, crop: ImageSize, image: ImageSize, padding: Int)
  /// A plan was drawn for an image of another size, or holds values that no transform draws.
  case planMismatch(expected: String, got: String)
  /// Normalisation meets an image or a destination of another shape.
  case shapeMismatch(expected: String, got: String)
}

extension AugmentationError: CustomStringConvertible {
  /// One line: what is wrong, what was expected, what was got, what to do.
  public var description: String {
    switch self {
    case .unknownTransform(let name, let nearest):
      "there is no transform '\(name)'; the nearest is '\(nearest)'"
    case .unknownRecipe(let name, let nearest):
      "there is no built-in recipe '\(name)'; the nearest is '\(nearest)'"
    case .unknownOption(let transform, let name, let nearest?):
      "\(transform) has no option '\(name)'; the nearest is '\(nearest)'"
    case .unknownOption(let transform, let name, nil):
      "\(transform) takes no options, got '\(name)'"
    case .missingOption(let transform, let option):
      "\(transform) needs the option '\(option)'"
    case .invalidOption(let transform, let option, let expected, let got):
      "\(transform): \(option) must be \(expected), got \(got)"
    case .unknownVersion(let version):
      "the recipe has version \(version), but only version \(AugmentationRecipe.currentVersion) is known"
    case .malformed(let expected, let got):
      "expected \(expected), got \(got)"
    case .step(let index, let error):
      "recipe step \(index): \(error)"
    case .nested(let transform, let index, let error):
      "\(transform): step \(index): \(error)"
    case .cropTooLarge(let transform, let crop, let image, let padding):
      "\(transform): a crop of \(crop) is larger than the image of \(image)"
        + (padding > 0 ? " with \(padding) pixels of padding on every side" : "")
        + "; crop less, pad more or resize before"
    case .planMismatch(let expected, let got):
      "the plan does not fit: expected \(expected), got \(got)"
    case .shapeMismatch(let expected, let got):
      "normalize: expected \(expected), got \(got)"
    }
  }
}
