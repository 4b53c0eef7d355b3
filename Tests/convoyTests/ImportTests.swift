import Foundation
import TestSupport
import Testing

@Suite("convoy import, with the binary")
struct ImportTests {
  @Test("an IDX pair becomes class folders")
  func idx() throws {
    let folder = try TemporaryFolder()
    let labels: [UInt8] = [1, 0, 1]
    try folder.write(
      file: "source/train-images-idx3-ubyte",
      bytes: [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2] + (0..<12).map { UInt8($0) })
    try folder.write(file: "source/train-labels-idx1-ubyte", bytes: [0, 0, 8, 1, 0, 0, 0, 3] + labels)
    let output = folder.path(of: "images")
    let arguments = ["import", folder.path(of: "source"), output, "--class-names", "cat,dog"]
    let outcome = try ConvoyBinary.run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.output == "imported 3 train images of 2 classes into \(output)\n")
    for name in ["dog/00001.png", "cat/00002.png", "dog/00003.png"] {
      #expect(FileManager.default.fileExists(atPath: "\(output)/train/\(name)"), "\(name)")
    }

    let again = try ConvoyBinary.run(arguments)
    #expect(again.status == 73)
    #expect(again.error.hasPrefix("convoy: error: \(output): expected an empty or new folder"))
  }

  @Test("JSON has one line, the report")
  func json() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      file: "source/t10k-images-idx3-ubyte", bytes: [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9])
    try folder.write(file: "source/t10k-labels-idx1-ubyte", bytes: [0, 0, 8, 1, 0, 0, 0, 1, 0])
    let outcome = try ConvoyBinary.run([
      "import", folder.path(of: "source"), folder.path(of: "images"), "--json",
    ])
    #expect(try outcome.objects().map { $0["event"] as? String } == ["imported"])
  }

  @Test(
    "bad sources",
    arguments: [
      ("nowhere", 66, "no such folder"), ("empty", 65, "expected IDX files"), ("cut", 65, "expected "),
    ]
      as [(String, Int32, String)])
  func badSources(name: String, status: Int32, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("empty")
    try folder.write(file: "cut/train-images-idx3-ubyte", bytes: [0, 0, 8, 3, 0, 0])
    try folder.write(file: "cut/train-labels-idx1-ubyte", bytes: [0, 0, 8, 1, 0, 0, 0, 0])
    let outcome = try ConvoyBinary.run(["import", folder.path(of: name), folder.path(of: "images")])
    #expect(outcome.status == status)
    #expect(outcome.error.hasPrefix("convoy: error: \(folder.path(of: name))"))
    #expect(outcome.error.contains(message))
    #expect(outcome.error.split(separator: "\n").count == 1)
  }
}
