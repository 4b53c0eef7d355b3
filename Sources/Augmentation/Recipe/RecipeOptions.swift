import Names

/// The options written under a transform's name in a recipe, read with defaults and clear errors.
public struct RecipeOptions<Key: CodingKey & CaseIterable> {
  private let transform: String
  private let container: KeyedDecodingContainer<Key>?

  /// No options: every one has its default.
  init(noneFor transform: String) {
    self.transform = transform
    container = nil
  }

  /// The options of a transform's entry; nothing at all (YAML's `- horizontal_flip:`) means none.
  init(_ decoder: any Decoder, transform: String) throws {
    self.transform = transform
    if try decoder.singleValueContainer().decodeNil() {
      container = nil
      return
    }
    guard let written = decoder.writtenKeys else {
      throw AugmentationError.malformed(expected: "a mapping of \(transform)'s options", got: "another value")
    }
    let known = Key.allCases.map(\.stringValue)
    if let name = written.first(where: { !known.contains($0) }) {
      throw AugmentationError.unknownOption(
        transform: transform, name: name, nearest: nearestName(to: name, among: known))
    }
    container = try decoder.container(keyedBy: Key.self)
  }

  /// An option that must be given.
  /// - Parameter expected: says what is expected, after "must be".
  public func value<Value: Decodable>(
    _ key: Key, expected: String
  ) throws(AugmentationError) -> Value {
    guard let value: Value = try read(key, expected: expected) else {
      throw .missingOption(transform: transform, option: key.stringValue)
    }
    return value
  }

  /// An option with a default.
  /// - Parameter expected: says what is expected, after "must be".
  public func value<Value: Decodable>(
    _ key: Key, default standard: Value, expected: String
  ) throws(AugmentationError) -> Value {
    try read(key, expected: expected) ?? standard
  }

  /// A probability.
  func probability(_ key: Key, default standard: Double = 1) throws(AugmentationError) -> Double {
    try value(key, default: standard, expected: "a number of 0 to 1")
  }

  /// A range, written as `[lowest, highest]` or as one number, which `spread` makes a range.
  /// - Parameter standard: the default; without one the option must be given.
  public func range(
    _ key: Key, default standard: ClosedRange<Double>? = nil, spread: (Double) -> (Double, Double)
  ) throws(AugmentationError) -> ClosedRange<Double> {
    guard let ends: RangeEnds = try read(key, expected: "a number or [lowest, highest]") else {
      guard let standard else { throw .missingOption(transform: transform, option: key.stringValue) }
      return standard
    }
    let (low, high) =
      switch ends {
      case .one(let value): spread(value)
      case .two(let low, let high): (low, high)
      }
    guard low <= high else {
      throw .invalidOption(
        transform: transform, option: key.stringValue, expected: "[lowest, highest] in that order",
        got: "[\(low), \(high)]")
    }
    return low...high
  }

  /// A range of whole numbers, written as `[lowest, highest]` or as one number.
  func integers(
    _ key: Key, default standard: ClosedRange<Int>? = nil
  ) throws(AugmentationError) -> ClosedRange<Int> {
    let range = try self.range(
      key, default: standard.map { Double($0.lowerBound)...Double($0.upperBound) }
    ) { ($0, $0) }
    guard let low = Int(exactly: range.lowerBound), let high = Int(exactly: range.upperBound) else {
      throw .invalidOption(
        transform: transform, option: key.stringValue, expected: "whole numbers",
        got: "[\(range.lowerBound), \(range.upperBound)]")
    }
    return low...high
  }

  /// The entries of a list of transforms, which must be given.
  func nested(
    _ key: Key, read: (any UnkeyedDecodingContainer) throws -> [any Transform]
  ) throws(AugmentationError) -> [any Transform] {
    guard let container, container.contains(key) else {
      throw .missingOption(transform: transform, option: key.stringValue)
    }
    do {
      // A decoder of its own, because a container may wrap errors.
      return try read(container.superDecoder(forKey: key).unkeyedContainer())
    } catch let error as AugmentationError {
      throw error
    } catch {
      throw .invalidOption(
        transform: transform, option: key.stringValue, expected: "a list of transforms",
        got: "another kind of value")
    }
  }

  private func read<Value: Decodable>(_ key: Key, expected: String) throws(AugmentationError) -> Value? {
    do {
      return try container?.decodeIfPresent(Value.self, forKey: key)
    } catch {
      throw .invalidOption(
        transform: transform, option: key.stringValue, expected: expected, got: "another kind of value")
    }
  }
}

/// One number or two.
private enum RangeEnds: Decodable {
  case one(Double)
  case two(Double, Double)

  init(from decoder: any Decoder) throws {
    if let value = try? decoder.singleValueContainer().decode(Double.self) {
      self = .one(value)
      return
    }
    var ends = try decoder.unkeyedContainer()
    self = .two(try ends.decode(Double.self), try ends.decode(Double.self))
    if !ends.isAtEnd {
      throw DecodingError.dataCorruptedError(in: ends, debugDescription: "a range has two ends")
    }
  }
}
