import Foundation
import TestSupport
import Testing

@testable import Interchange

/// Files as an attacker may write them: one clear line each, nothing believed.
@Suite struct HostileSafetensorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file of a header and some data behind it.
  private func file(_ header: [UInt8], data: Int, statedLength: UInt64? = nil) throws -> String {
    let length = statedLength ?? UInt64(header.count)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + header
    return try folder.write(file: "hostile.safetensors", bytes: bytes + [UInt8](repeating: 0, count: data))
  }

  private func reason(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let error = #expect(throws: InterchangeError.self, sourceLocation: sourceLocation) {
      try Safetensors.read(path)
    }
    let text = "\(try #require(error))"
    #expect(text.hasPrefix(path + ": ") && !text.contains { $0.isNewline }, sourceLocation: sourceLocation)
    #expect(text.utf8.count < 400 + path.utf8.count, sourceLocation: sourceLocation)
    return text
  }

  /// One tensor's entry.
  private static func entry(
    _ name: String, _ type: String, _ shape: String, _ begin: Int, _ end: Int
  ) -> String {
    #""\#(name)":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(begin),\#(end)]}"#
  }

  @Test(arguments: [
    ("an offset beyond the file", entry("a", "F32", "2", 0, 8), 4, "truncated"),
    ("bytes behind the last tensor", entry("a", "F32", "2", 0, 8), 12, "need 8 bytes and the file has 12"),
    ("a hole", entry("a", "F32", "1", 0, 4) + "," + entry("b", "F32", "1", 8, 12), 12, "leave gaps"),
    ("a hole at the front", entry("a", "F32", "1", 4, 8), 8, "leave gaps"),
    ("an overlap", entry("a", "F32", "2", 0, 8) + "," + entry("b", "F32", "2", 4, 12), 12, "overlap"),
    ("two in one place", entry("a", "U8", "4", 0, 4) + "," + entry("b", "U8", "4", 0, 4), 4, "overlap"),
    ("an end before the beginning", entry("a", "F32", "2", 8, 0), 8, "offsets"),
    ("fewer bytes than the shape", entry("a", "F32", "3", 0, 8), 8, "offsets 0...8"),
    ("2^60 numbers", entry("a", "U8", "1152921504606846976", 0, 1 << 60), 8, "truncated"),
    ("2^60 fp64 numbers", entry("a", "F64", "1152921504606846976", 0, 8), 8, "offsets"),
    ("a product that overflows", entry("a", "U8", "4294967296,4294967296,4294967296", 0, 0), 0, "too large"),
    ("one that overflows to 0", entry("a", "F32", "4294967296,4294967296", 0, 0), 0, "too large"),
    ("bytes that overflow", entry("a", "F32", "4611686018427387904", 0, 0), 0, "offsets"),
    ("0 before sides that overflow", entry("a", "F32", "0,4294967296,4294967296", 0, 4), 4, "offsets"),
    ("a negative side", entry("a", "F32", "-2", 0, 8), 8, "lacks a sound"),
    ("a fraction of a side", entry("a", "F32", "1.5", 0, 8), 8, "lacks a sound"),
    ("a side beyond 64 bits", entry("a", "F32", "18446744073709551616", 0, 8), 8, "lacks a sound"),
    ("an unknown type", entry("a", "C64", "1", 0, 8), 8, "type C64"),
    ("a type of another case", entry("a", "f32", "2", 0, 8), 8, "type f32"),
    (
      "a name twice", entry("a", "U8", "1", 0, 1) + "," + entry("a", "U8", "1", 1, 2), 2,
      #"the key "a" twice"#
    ),
    (
      "a name twice, escaped", entry("a", "U8", "1", 0, 1) + "," + entry(#"\u0061"#, "U8", "1", 1, 2), 2,
      "twice"
    ),
    ("no offsets", #""a":{"dtype":"F32","shape":[2]}"#, 8, "lacks a sound"),
    ("three offsets", #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}"#, 8, "lacks a sound"),
    ("a tensor that is a list", #""a":[1,2,3]"#, 8, "lacks a sound"),
    ("metadata that are no texts", #""__metadata__":{"a":1}"#, 0, "not a text"),
    ("metadata that are no object", #""__metadata__":[]"#, 0, "not an object"),
    ("half a character", #""\ud800":1"#, 0, "half a character"),
    ("a colon too few", #""a" 1"#, 0, "no colon"),
    ("something behind the end", #""a":1}x{"#, 0, "after the end"),
  ])
  func headers(what: String, members: String, data: Int, expected: String) throws {
    let text = try reason(try file(Array("{\(members)}".utf8), data: data))
    #expect(text.contains(expected), "\(what): \(text)")
  }

  @Test(arguments: [
    ("[", 5_000), (#"{"a":"#, 5_000), (#"{"a":["#, 100_000),
  ])
  func deepJSON(opening: String, count: Int) throws {
    let header = #"{"a":"# + String(repeating: opening, count: count)
    #expect(try reason(try file(Array(header.utf8), data: 0)).contains("deeper than 32"))
  }

  @Test(arguments: [0, 1, 100, 100_000_001, 1 << 40, 1 << 63, UInt64.max])
  func statedLengths(length: UInt64) throws {
    let text = try reason(try file(Array("{}".utf8), data: 0, statedLength: length))
    #expect(text.contains(length < 2 ? "JSON" : "claims \(length) bytes") || text.contains("claims 0"))
  }

  @Test(arguments: [[0x50, 0x4B, 3, 4], [0x80, 2, 0x8A, 10]] as [[UInt8]])
  func pyTorchsOwnFiles(start: [UInt8]) throws {
    let path = try folder.write(file: "model.pt", bytes: start + [UInt8](repeating: 0, count: 100))
    #expect(try reason(path).contains("safetensors.torch.save_file"))
  }

  @Test func bytesThatAreNotUTF8() throws {
    let header = Array(#"{""#.utf8) + [0xFF, 0xFE] + Array(#"":1}"#.utf8)
    #expect(try reason(try file(header, data: 0)).contains("not UTF-8"))
  }

  /// A name as long as a page must not fill the screen, nor break the line.
  @Test func namesInMessagesStayShort() throws {
    let long = String(repeating: "x", count: 10_000)
    let text = try reason(try file(Array("{\(Self.entry(long, "C64", "1", 0, 8))}".utf8), data: 8))
    #expect(text.contains("C64"))
    let lines = try reason(try file(Array("{\(Self.entry(#"a\nb"#, "C64", "1", 0, 8))}".utf8), data: 8))
    #expect(lines.contains("C64"))
  }

  /// The header's length may be any number, so that numbers stand at any byte.
  @Test func misalignedNumbersAreRead() throws {
    let header = "{\(Self.entry("a", "F64", "2", 0, 16))} "
    for padding in 0..<8 {
      let bytes = Array((header + String(repeating: " ", count: padding)).utf8)
      let path = try file(bytes, data: 16)
      #expect(try Safetensors.read(path).tensors.first?.values == [0, 0])
    }
  }

  @Test func manyEmptyTensorsInOnePlace() throws {
    let members = (0..<100).map { Self.entry("e\($0)", "F32", "0,1152921504606846976", 0, 0) }
    let path = try file(Array("{\(members.joined(separator: ","))}".utf8), data: 0)
    #expect(try Safetensors.read(path).tensors.count == 100)
  }

  /// A file that is mostly a hole costs nothing on the disk; its size must not be taken in memory.
  @Test func hugeFilesAreRefusedByTheirHeader() throws {
    let path = try file(Array("{\(Self.entry("a", "F32", "2", 0, 8))}".utf8), data: 8)
    #expect(truncate(path, 1 << 42) == 0)
    #expect(try reason(path).contains("need 8 bytes"))
  }

  @Test func whatIsNotAFileOfBytes() throws {
    #expect(try reason("/dev/zero").contains("not a file of bytes"))
    let pipe = folder.path(of: "pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(try reason(pipe).contains("not a file of bytes"))
    #expect(try reason(folder.path).contains("it is a folder"))
  }
}
