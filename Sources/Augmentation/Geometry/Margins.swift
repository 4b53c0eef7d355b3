import Names

/// Lengths at the four sides of an image, in pixels.
///
/// In recipes a number means the same at every side (`padding: 4`), and a mapping each (`{left: 2, top: 1}`), with 0
/// for a side that is absent.
public struct Margins: Hashable, Sendable {
  /// The length at each side in pixels.
  public var left, top, right, bottom: Int

  /// Lengths at the sides.
  public init(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// The same length at every side.
  public static func all(_ length: Int) -> Margins {
    Margins(left: length, top: length, right: length, bottom: length)
  }

  var isValid: Bool { [left, top, right, bottom].allSatisfy { (0...ImageSize.longestSide).contains($0) } }
}

extension Margins: ExpressibleByIntegerLiteral {
  /// The same length at every side.
  public init(integerLiteral length: Int) { self = .all(length) }
}

extension Margins: CustomStringConvertible {
  /// As in "left 2, top 1, right 0, bottom 0".
  public var description: String { "left \(left), top \(top), right \(right), bottom \(bottom)" }
}

extension Margins: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case left, top, right, bottom }

  /// Reads a number (every side) or a mapping of sides.
  public init(from decoder: any Decoder) throws {
    if let length = try? decoder.singleValueContainer().decode(Int.self) {
      self = .all(length)
      return
    }
    let known = CodingKeys.allCases.map(\.rawValue)
    if let name = decoder.writtenKeys?.first(where: { !known.contains($0) }) {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "there is no side '\(name)'"))
    }
    let sides = try decoder.container(keyedBy: CodingKeys.self)
    func length(_ key: CodingKeys) throws -> Int { try sides.decodeIfPresent(Int.self, forKey: key) ?? 0 }
    self.init(
      left: try length(.left), top: try length(.top), right: try length(.right), bottom: try length(.bottom))
  }

  /// Writes a mapping of all sides.
  public func encode(to encoder: any Encoder) throws {
    var sides = encoder.container(keyedBy: CodingKeys.self)
    try sides.encode(left, forKey: .left)
    try sides.encode(top, forKey: .top)
    try sides.encode(right, forKey: .right)
    try sides.encode(bottom, forKey: .bottom)
  }
}
