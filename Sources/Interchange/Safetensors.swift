import Foundation
import Networks

/// Files of named tensors that are safe to open: a length, a JSON header, raw numbers; nothing is executed.
///
/// Source: <https://github.com/huggingface/safetensors>, "Format".
public enum Safetensors {
  /// What a file holds.
  public struct Contents: Equatable, Sendable {
    /// The tensors, in the order of their bytes.
    public var tensors: [Tensor]
    /// The texts of `__metadata__`.
    public var metadata: [String: String]
    /// The names of those that are stored as whole numbers.
    public var integers: Set<String> = []

    /// Contents of their parts.
    public init(tensors: [Tensor], metadata: [String: String], integers: Set<String> = []) {
      self.tensors = tensors
      self.metadata = metadata
      self.integers = integers
    }
  }

  /// Writes tensors as fp32 in the order given, and the metadata in the order of its keys.
  ///
  /// Counters are 64-bit numbers without a shape, such as PyTorch's `num_batches_tracked`; they come first.
  /// The same values give the same bytes. The file appears whole or not at all (``AtomicFile``).
  /// Throws ``InterchangeError/cannotCreate(path:reason:)`` and ``InterchangeError/writeFailed(path:reason:)``.
  public static func write(
    _ tensors: [Tensor], counters: [(name: String, value: Int)] = [], metadata: [String: String] = [:],
    to path: String
  ) throws(InterchangeError) {
    let header = header(tensors, counters.map(\.name), metadata)
    try AtomicFile.write(to: path) { (file) throws(InterchangeError) in
      try file.append((0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) })
      try file.append(header)
      for counter in counters {
        try file.append((0..<8).map { UInt8(truncatingIfNeeded: counter.value >> ($0 * 8)) })
      }
      for tensor in tensors {
        try LittleEndian.forEachPiece(of: tensor.values) { (bytes) throws(InterchangeError) in
          try file.append(bytes)
        }
      }
    }
  }

  /// Reads a file, with every number as fp32 (F64, F16, BF16, I64, I32 and U8 are converted).
  ///
  /// Nothing that the file states is believed before it is checked. Throws
  /// ``InterchangeError/missing(path:)``, ``InterchangeError/cannotRead(path:reason:)`` and
  /// ``InterchangeError/malformed(path:format:reason:)``.
  public static func read(_ path: String) throws(InterchangeError) -> Contents {
    try SafetensorsReader(path).contents()
  }
}

extension Safetensors {
  /// The JSON header, padded with spaces so that the numbers behind it are aligned.
  private static func header(
    _ tensors: [Tensor], _ counters: [String], _ metadata: [String: String]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    func add(_ name: String, _ type: SafetensorsHeader.NumberType, _ shape: [Int]) {
      let end = offset + shape.reduce(1, *) * type.size
      members.append(
        "\(JSONText.quoted(name)):{\"dtype\":\"\(type.rawValue)\","
          + "\"shape\":[\(shape.map(String.init).joined(separator: ","))],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    for name in counters { add(name, .int64, []) }
    for tensor in tensors { add(tensor.name, .float32, tensor.shape) }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }
}
