import Foundation
import Networks
import TestSupport
import Testing

@testable import Interchange

@Suite struct SafetensorsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A file of a header and some data behind it, as an attacker may write it.
  private func file(header: String, data: Int, statedLength: UInt64? = nil) throws -> String {
    let length = statedLength ?? UInt64(header.utf8.count)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Array(header.utf8)
    return try folder.write(file: "hostile.safetensors", bytes: bytes + [UInt8](repeating: 0, count: data))
  }

  @Test func readsWhatThePythonPackageWrites() throws {
    let contents = try Safetensors.read(Fixtures.path("mixed.safetensors"))
    #expect(contents.metadata == ["note": "quote \" slash \\ line\n é"])
    let tensors = Dictionary(uniqueKeysWithValues: contents.tensors.map { ($0.name, $0) })
    let values: [Float] = [0.5, -1.25, 3, 1e-3, 65504, -0.0]
    #expect(tensors["f32"]?.values == values)
    #expect(tensors["f32"]?.shape == [2, 3])
    #expect(tensors["f64"]?.values == values)
    #expect(tensors["f16"]?.values == values.map { Float(Float16($0)) })
    #expect(tensors["bf16"]?.values == [0.5, -1.25, 3, 0.00099945068359375, 65536, -0.0])
    #expect(tensors["i64"] == Tensor(name: "i64", shape: [], values: [1_234_567]))
    #expect(tensors["i32"]?.values == [-7, 8])
    #expect(tensors["u8"]?.values == [0, 255])
    #expect(tensors["empty"] == Tensor(name: "empty", shape: [0, 4], values: []))
  }

  @Test func readsBackWhatItWrites() throws {
    let tensors = [
      Tensor(name: "b", shape: [2, 2], values: [1, .infinity, -0.0, .leastNonzeroMagnitude]),
      Tensor(name: "a \"quoted\" \u{1} ü", shape: [], values: [7]),
      Tensor(name: "long", shape: [20_000], values: (0..<20_000).map(Float.init)),
    ]
    let path = folder.path(of: "own.safetensors")
    try Safetensors.write(tensors, metadata: ["z": "1", "a": "{\"x\":\"\\\\\"}"], to: path)
    let contents = try Safetensors.read(path)
    #expect(contents.tensors == tensors)
    #expect(contents.metadata == ["z": "1", "a": "{\"x\":\"\\\\\"}"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["own.safetensors"])
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, 8, "at byte"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "truncated"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 12, "need 8 bytes"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "offsets"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "offsets"),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "lacks"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-4,4]}}"#, 8, "lacks"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#, 8, "lacks"),
    (#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, "lacks"),
    (#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, 8, "C64"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "too large"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0, "offsets"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      12, "overlap"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
      2, "twice"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
      2, "twice"
    ),
    (#"{"__metadata__":{"a":1}}"#, 0, "not a text"),
    (#"{"__metadata__":[]}"#, 0, "not an object"),
    (#"{"a":\#(String(repeating: "[", count: 5000))"#, 0, "deeper"),
    ("{}x", 0, "after the end"),
  ])
  func refusesHostileHeaders(header: String, data: Int, expected: String) throws {
    let path = try file(header: header, data: data)
    let error = #expect(throws: InterchangeError.self) { try Safetensors.read(path) }
    let text = String(describing: try #require(error))
    #expect(text.contains(expected), "\(text)")
    #expect(text.hasPrefix(path))
    #expect(!text.contains("\n"))
  }

  @Test(arguments: [UInt64(100), 1 << 40, .max])
  func refusesHeadersLongerThanTheFile(length: UInt64) throws {
    let path = try file(header: "{}", data: 0, statedLength: length)
    #expect(throws: InterchangeError.self) { try Safetensors.read(path) }
  }

  @Test func refusesOtherFiles() throws {
    let short = try folder.write(file: "short", text: "abc")
    let png = try folder.write(file: "x.png", bytes: [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13])
    #expect(throws: InterchangeError.self) { try Safetensors.read(short) }
    let error = #expect(throws: InterchangeError.self) { try Safetensors.read(png) }
    #expect(String(describing: try #require(error)).contains("does not begin"))
    #expect(throws: InterchangeError.missing(path: "/nowhere/a")) { try Safetensors.read("/nowhere/a") }
    #expect(throws: InterchangeError.cannotRead(path: folder.path, reason: "it is a folder")) {
      try Safetensors.read(folder.path)
    }
  }
}
