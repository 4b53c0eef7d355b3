/// A number of bytes that a person states: `4GB` (10^9 bytes each), `512MiB` (2^20), `1000000`.
public struct ByteSize: Equatable, Sendable {
  /// Above 0.
  public let bytes: Int

  /// What the texts look like, for messages.
  public static let forms = "bytes, such as 512MB, 4GB or 2GiB"

  private static let units: [(name: String, bytes: Int)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("KB", 1000),
    ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
  ]

  /// So many bytes.
  public init(bytes: Int) {
    precondition(bytes > 0, "a size is above 0")
    self.bytes = bytes
  }

  /// The size that a text states, whatever the case of its letters; nil where it states none, or 0. It may have a
  /// decimal point: `1.5GB`.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard digits.first?.isNumber == true, digits.last?.isNumber == true, let count = Double(digits),
      let scale = Self.units.first(where: { $0.name.lowercased() == unit })?.bytes
    else { return nil }
    let bytes = (count * Double(scale)).rounded()
    guard bytes >= 1, bytes < 0x1p62 else { return nil }
    self.bytes = Int(bytes)
  }
}

extension ByteSize: CustomStringConvertible {
  /// The text in its shortest form: `4GB` and not `4000MB`.
  public var description: String {
    let unit = Self.units.filter { bytes.isMultiple(of: $0.bytes) && $0.bytes > 1 }.max {
      $0.bytes < $1.bytes
    }
    return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)"
  }
}

extension ByteSize: TextCodable {}
