/// Which augmentation the training images get.
///
/// In a configuration `augment` is `auto`, `none`, the path of a recipe file (YAML or JSON), or a recipe itself.
public enum AugmentationChoice: Equatable, Sendable {
  /// A recipe by the kind of data: a small crop and a flip.
  case automatic
  /// None: images are only resized and normalised.
  case none
  /// A recipe in a file.
  case file(String)
}

extension AugmentationChoice {
  /// The choice that a flag's text states.
  public init(_ text: String) {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    default: self = .file(text)
    }
  }
}

extension AugmentationChoice: Codable {
  /// Reads a text.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes a text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .automatic: try container.encode("auto")
    case .none: try container.encode("none")
    case .file(let path): try container.encode(path)
    }
  }
}
