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
  }

  /// Writes tensors as fp32 in the order given, and the metadata in the order of its keys.
  ///
  /// The same values give the same bytes. The file appears whole or not at all (``AtomicFile``).
  /// Throws ``InterchangeError/cannotCreate(path:reason:)`` and ``InterchangeError/writeFailed(path:reason:)``.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String] = [:], to path: String
  ) throws(InterchangeError) {
    let header = header(tensors, metadata)
    try AtomicFile.write(to: path) { (file) throws(InterchangeError) in
      try file.append((0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) })
      try file.append(header)
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
    let data = try bytes(of: path)
    do {
      return try contents(data)
    } catch {
      throw .malformed(path: path, format: "safetensors", reason: error.reason)
    }
  }
}

extension Safetensors {
  /// The JSON header, padded with spaces so that the numbers behind it are aligned.
  private static func header(_ tensors: [Tensor], _ metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(JSONText.quoted(tensor.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  private static func bytes(of path: String) throws(InterchangeError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .missing(path: path)
    }
    if isFolder.boolValue { throw .cannotRead(path: path, reason: "it is a folder") }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .cannotRead(path: path, reason: SystemReason.of(error))
    }
  }

  private static func contents(_ data: Data) throws(SafetensorsProblem) -> Contents {
    guard data.count >= 8 else {
      throw SafetensorsProblem("it has \(data.count) bytes, fewer than the 8 of its header's length")
    }
    let bytes = data.bytes
    let stated = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
    guard data.count > 8, data[data.startIndex + 8] == UInt8(ascii: "{") else {
      throw SafetensorsProblem("it does not begin with a safetensors header")
    }
    guard stated <= UInt64(SafetensorsHeader.maximumLength), stated <= UInt64(data.count - 8) else {
      throw SafetensorsProblem(
        "its header claims \(stated) bytes and the file has \(data.count - 8) behind its length; it is truncated"
      )
    }
    let start = 8 + Int(stated)
    let header = try SafetensorsHeader(
      json: Array(data.dropFirst(8).prefix(Int(stated))), dataLength: data.count - start)
    var tensors: [Tensor] = []
    for entry in header.entries {
      let raw = bytes.extracting(start + entry.range.lowerBound..<start + entry.range.upperBound)
      tensors.append(
        Tensor(
          name: entry.name, shape: entry.shape, values: NumberReader.floats(raw, entry.type, entry.count)))
    }
    return Contents(tensors: tensors, metadata: header.metadata)
  }
}
