/// The header of a safetensors file, after every statement in it has been checked against the file's length.
///
/// Source: <https://github.com/huggingface/safetensors>, "Format". As its reference implementation does, this
/// refuses repeated names, tensors that overlap and bytes that belong to no tensor.
struct SafetensorsHeader {
  /// How numbers are stored.
  enum NumberType: String {
    case float32 = "F32"
    case float64 = "F64"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case uint8 = "U8"

    /// Whether these are whole numbers.
    var isInteger: Bool {
      switch self {
      case .int64, .int32, .uint8: true
      case .float64, .float32, .float16, .bfloat16: false
      }
    }

    /// Bytes of one number.
    var size: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .float16, .bfloat16: 2
      case .uint8: 1
      }
    }
  }

  /// Where one tensor is.
  struct Entry {
    let name: String
    let type: NumberType
    let shape: [Int]
    /// Numbers in it.
    let count: Int
    /// Its bytes within the data behind the header.
    let range: Range<Int>
  }

  /// Longest header that is believed, as in the reference implementation.
  static let maximumLength = 100_000_000

  let metadata: [String: String]
  /// In the order of their bytes.
  let entries: [Entry]

  /// Reads and checks a header.
  /// - Parameters:
  ///   - json: its bytes.
  ///   - dataLength: bytes of the file behind it.
  init(json: [UInt8], dataLength: Int) throws(SafetensorsProblem) {
    let root: JSONValue
    do { root = try JSONParser.parse(json) } catch {
      throw SafetensorsProblem("its header is not JSON: \(error.reason)")
    }
    guard case .object(let members) = root else {
      throw SafetensorsProblem("its header is not a JSON object")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value)
      } else {
        entries.append(try Self.entry(name, value))
      }
    }
    // Empty tensors sort before the one that begins where they are.
    entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var end = 0
    for entry in entries {
      if entry.range.lowerBound != end {
        throw SafetensorsProblem(
          "tensor \(entry.name) begins at byte \(entry.range.lowerBound) of the data where \(end) was expected"
            + " (tensors may neither overlap nor leave gaps)")
      }
      end = entry.range.upperBound
    }
    if end != dataLength {
      throw SafetensorsProblem(
        "its tensors need \(end) bytes and the file has \(dataLength) for them"
          + (end > dataLength ? "; it is truncated" : ""))
    }
    self.metadata = metadata
    self.entries = entries
  }

  private static func metadata(_ value: JSONValue) throws(SafetensorsProblem) -> [String: String] {
    guard case .object(let members) = value else { throw SafetensorsProblem("its metadata is not an object") }
    var metadata: [String: String] = [:]
    for (key, value) in members {
      guard case .string(let text) = value else {
        throw SafetensorsProblem("its metadata \"\(key)\" is not a text")
      }
      metadata[key] = text
    }
    return metadata
  }

  private static func entry(_ name: String, _ value: JSONValue) throws(SafetensorsProblem) -> Entry {
    guard case .string(let typeName)? = value["dtype"], let shape = value["shape"]?.counts,
      let offsets = value["data_offsets"]?.counts, offsets.count == 2
    else { throw SafetensorsProblem("tensor \(name) lacks a sound dtype, shape or data_offsets") }
    guard let type = NumberType(rawValue: typeName) else {
      throw SafetensorsProblem("tensor \(name) has numbers of type \(typeName), which Convoy does not read")
    }
    var count = 1
    var overflow = false
    for side in shape {
      (count, overflow) = count.multipliedReportingOverflow(by: side)
      if overflow { throw SafetensorsProblem("tensor \(name) has a shape too large to count: \(shape)") }
    }
    let (bytes, tooLarge) = count.multipliedReportingOverflow(by: type.size)
    guard !tooLarge, offsets[1] >= offsets[0], offsets[1] - offsets[0] == bytes else {
      throw SafetensorsProblem(
        "tensor \(name) of shape \(shape) and type \(typeName) has the offsets \(offsets[0])...\(offsets[1])")
    }
    return Entry(name: name, type: type, shape: shape, count: count, range: offsets[0]..<offsets[1])
  }
}

/// What is wrong with a safetensors file; the reader adds its path.
struct SafetensorsProblem: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = PlainText.line(reason)
  }
}
