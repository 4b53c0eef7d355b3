import Names

/// What the loss of each class is multiplied by.
///
/// As text: `balanced`, or `cat=2,dog=0.5` with every class. In a configuration also a mapping of classes to numbers.
public enum ClassWeights: Equatable, Sendable {
  /// Images over classes over the class's images: rare classes count as much as common ones.
  case balanced
  /// A number for each class, above 0.
  case listed([String: Double])
}

extension ClassWeights {
  /// What a text states.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  public init(_ text: String) throws(TrainingError) {
    if text == "balanced" {
      self = .balanced
      return
    }
    var weights: [String: Double] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      // Names of classes may have an equals sign of their own.
      guard let sign = part.lastIndex(of: "="), sign > part.startIndex,
        let weight = Double(part[part.index(after: sign)...])
      else {
        throw Self.invalid(text, "expected balanced, or CLASS=WEIGHT with commas between several")
      }
      guard weights.updateValue(weight, forKey: String(part[..<sign])) == nil else {
        throw Self.invalid(text, "class \(part[..<sign]) has two weights")
      }
    }
    self = .listed(weights)
  }

  /// The text.
  public var text: String {
    switch self {
    case .balanced: "balanced"
    case .listed(let weights):
      weights.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        .joined(separator: ",")
    }
  }

  /// Checks the numbers.
  func check() throws(TrainingError) {
    guard case .listed(let weights) = self else { return }
    for (name, weight) in weights.sorted(by: { $0.key < $1.key }) where !(weight > 0 && weight.isFinite) {
      throw Self.invalid("\(name)=\(weight)", "a weight must be a number above 0")
    }
  }

  /// The weight of each class, in order.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where a class is unknown or has no weight.
  /// - Parameter counts: training images of each class, at least 1.
  func weights(of classes: [String], counts: [Int]) throws(TrainingError) -> [Double] {
    switch self {
    case .balanced:
      let images = counts.reduce(0, +)
      return counts.map { Double(images) / Double(classes.count * $0) }
    case .listed(let weights):
      for name in weights.keys.sorted() where !classes.contains(name) {
        throw Self.invalid(
          name, "the data have no such class; " + advice(for: name, among: classes, plural: "the classes"))
      }
      return try classes.map { name throws(TrainingError) in
        guard let weight = weights[name] else {
          throw Self.invalid(text, "class \(name) has no weight; every class needs one")
        }
        return weight
      }
    }
  }

  private static func invalid(_ value: String, _ reason: String) -> TrainingError {
    .invalidOption(name: "class-weights", value: value, reason: reason)
  }
}

extension ClassWeights: Codable {
  /// Reads the text, or a mapping of classes to numbers.
  public init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      try self.init(text)
    } else {
      self = .listed(try [String: Double](from: decoder))
    }
  }

  /// Writes `balanced`, or the mapping.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .balanced: try container.encode("balanced")
    case .listed(let weights): try container.encode(weights)
    }
  }
}

extension RunSummary {
  /// What the loss of a class is multiplied by.
  public struct ClassWeight: Codable, Equatable, Sendable {
    /// The class's name.
    public var name: String
    /// Above 0.
    public var weight: Double
  }
}
