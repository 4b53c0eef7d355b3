/// The parts of a data set, and the names that people give them.
enum SplitName: String, CaseIterable {
  case train
  case validation = "val"
  case test

  /// What its folder may be called, or what a manifest may say, compared without case.
  var names: [String] {
    switch self {
    case .train: ["train", "training"]
    case .validation: ["val", "valid", "validation", "eval"]
    case .test: ["test"]
    }
  }

  /// The split that a name means; nil for other names.
  init?(_ name: String) {
    let name = name.lowercased()
    guard let split = Self.allCases.first(where: { $0.names.contains(name) }) else { return nil }
    self = split
  }
}
