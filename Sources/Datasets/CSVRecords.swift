/// The records of a text with comma-separated values (RFC 4180): fields may stand in quotes, and then hold commas,
/// line breaks and doubled quotes. Empty lines are passed over.
struct CSVRecords: Sequence, IteratorProtocol {
  /// A record's fields, and the line that it begins on, from 1.
  struct Record: Equatable {
    let line: Int
    let fields: [String]
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// The records of a text. A byte order mark in front is passed over.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func next() -> Record? {
    while position < bytes.count, Self.isLineBreak(bytes[position]) {
      if bytes[position] == Self.newline { line += 1 }
      position += 1
    }
    guard position < bytes.count else { return nil }
    let start = line
    var fields = [field()]
    while position < bytes.count, bytes[position] == Self.comma {
      position += 1
      fields.append(field())
    }
    return Record(line: start, fields: fields)
  }

  private static let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
  private static let newline = UInt8(ascii: "\n")
  private static func isLineBreak(_ byte: UInt8) -> Bool { byte == newline || byte == UInt8(ascii: "\r") }

  /// The field that begins here; what follows it is a comma, a line break or the end.
  private mutating func field() -> String {
    var content: [UInt8] = []
    var isQuoted = false
    while position < bytes.count {
      let byte = bytes[position]
      if byte == Self.quote, isQuoted || content.isEmpty {
        let isDoubled = isQuoted && position + 1 < bytes.count && bytes[position + 1] == Self.quote
        if isDoubled {
          content.append(byte)
          position += 1
        } else {
          isQuoted.toggle()
        }
      } else if !isQuoted && (byte == Self.comma || Self.isLineBreak(byte)) {
        break
      } else {
        if byte == Self.newline { line += 1 }
        content.append(byte)
      }
      position += 1
    }
    return String(decoding: content, as: UTF8.self)
  }
}
