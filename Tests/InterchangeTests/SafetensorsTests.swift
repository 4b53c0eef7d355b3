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
