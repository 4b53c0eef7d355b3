/// How a library that names a network's tensors in its own way calls them, in torchvision's words.
struct NameTable: Sendable {
  /// Whose names these are, for people.
  let name: String
  /// The first rule that fits a name is used; a name that none fits stays as it is.
  let rules: [NameRule]
  /// The epsilon of the library's batch norms, where torchvision's network of the same weights has another one.
  var batchNormEpsilon: Float?

  /// A name in torchvision's words.
  func renamed(_ name: String) -> String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    for rule in rules {
      if let renamed = rule.renamed(parts) { return renamed }
    }
    return name
  }

  /// Names that need no change, as of a torchvision model or one of Convoy's.
  static let torchvision = NameTable(name: "torchvision", rules: [])

  /// The tables that the names of a file may follow. Those whose numbers depend on which blocks a model has are made
  /// from its names.
  static func all(for names: [String]) -> [NameTable] {
    let blocks = TimmBlocks(names)
    return [
      .torchvision, .timmVGG, .timmConvNeXt, .timmMobileNetV2(blocks), .timmMobileNetV3(blocks),
      .timmEfficientNet(blocks),
    ]
  }
}

/// What stands for the beginning of a name.
struct NameRule: Sendable {
  /// The parts of a name's beginning, of which `#` stands for any number: `stages`, `#`, `downsample`.
  private let pattern: [String]
  private let replacement: @Sendable ([Int]) -> String

  /// A rule that makes the new beginning from the numbers that stand at `#`.
  init(_ pattern: String, _ replacement: @escaping @Sendable ([Int]) -> String) {
    self.pattern = pattern.split(separator: ".").map(String.init)
    self.replacement = replacement
  }

  /// A rule without numbers.
  init(_ pattern: String, _ replacement: String) {
    self.init(pattern) { _ in replacement }
  }

  /// The new name; nil where the rule does not fit.
  func renamed(_ parts: [Substring]) -> String? {
    guard parts.count >= pattern.count else { return nil }
    var numbers: [Int] = []
    for (part, wanted) in zip(parts, pattern) {
      if wanted == "#" {
        // A place in a network, and so a small number: what is added to it cannot overflow.
        guard let number = Int(part), (0..<100_000).contains(number) else { return nil }
        numbers.append(number)
      } else if part != wanted {
        return nil
      }
    }
    return ([replacement(numbers)] + parts.dropFirst(pattern.count).map(String.init)).joined(separator: ".")
  }
}
