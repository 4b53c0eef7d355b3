import Datasets
import Foundation
import ImageCodecs
import TestSupport
import Testing

@Suite struct ImportCIFARTests {
  private let names10 = (0..<10).map { "class\($0)" }
  private let names100 = (0..<100).map { "fine\($0)" }

  @Test func cifar10BatchesBecomeOneSplitInColour() throws {
    let input = try TemporaryFolder()
    try input.write(file: "data_batch_1.bin", bytes: ImportFixtures.cifar(headers: [[3], [9]]))
    try input.write(file: "data_batch_2.bin", bytes: ImportFixtures.cifar(headers: [[0]]))
    try input.write(file: "test_batch.bin", bytes: ImportFixtures.cifar(headers: [[9]]))
    // The real file ends with an empty line.
    try input.write(file: "batches.meta.txt", text: names10.joined(separator: "\n") + "\n\n")
    let output = try TemporaryFolder()
    let source = try ImportSource.detect(in: input.path)
    let report = try DatasetImport.run(source: source, output: output.path)
    #expect(report.format == .cifar10)
    #expect(report.splits.map(\.images) == [3, 1])
    #expect(
      try Set(ImportFixtures.tree(output.path).keys) == [
        "train/class3/00001.png", "train/class9/00002.png", "train/class0/00003.png", "test/class9/00001.png",
      ])
    let image = try ImageCodec.decode(
      contentsOf: output.path(of: "train/class9/00002.png"), options: DecodeOptions(channels: nil))
    #expect(image.width == 32 && image.height == 32 && image.channels == 3)
    #expect(Array(image.bytes.prefix(6)) == [200, 200, 200, 10, 11, 12])
    #expect(Array(image.bytes.suffix(3)) == [10, 11, 12])
  }

  @Test func cifar100HasItsFineLabels() throws {
    let input = try TemporaryFolder()
    try input.write(file: "train.bin", bytes: ImportFixtures.cifar(headers: [[5, 99], [99, 4]]))
    try input.write(file: "test.bin", bytes: ImportFixtures.cifar(headers: [[0, 1]]))
    try input.write(file: "fine_label_names.txt", text: names100.joined(separator: "\r\n") + "\r\n")
    let output = try TemporaryFolder()
    let source = try ImportSource.detect(in: input.path)
    let report = try DatasetImport.run(source: source, output: output.path)
    #expect(report.format == .cifar100)
    #expect(
      try Set(ImportFixtures.tree(output.path).keys) == [
        "train/fine99/00001.png", "train/fine4/00002.png", "test/fine1/00001.png",
      ])
  }

  @Test func withoutTheNamesFileClassesAreNumbers() throws {
    let input = try TemporaryFolder()
    try input.write(file: "test_batch.bin", bytes: ImportFixtures.cifar(headers: [[7]]))
    let output = try TemporaryFolder()
    _ = try DatasetImport.run(source: ImportSource.detect(in: input.path), output: output.path)
    #expect(try Array(ImportFixtures.tree(output.path).keys) == ["test/7/00001.png"])
  }

  @Test(arguments: [
    (ImportFixtures.cifar(headers: [[1]]).dropLast(), "3072 bytes"), ([], "0 bytes"),
    (ImportFixtures.cifar(headers: [[1], [10]]), "10 in record 2"),
  ])
  func badFilesAreNamed(bytes: [UInt8], got: String) throws {
    let input = try TemporaryFolder()
    let file = try input.write(file: "data_batch_1.bin", bytes: bytes)
    let output = try TemporaryFolder()
    let source = try ImportSource.detect(in: input.path)
    let error = #expect(throws: ImportError.self) {
      try DatasetImport.run(source: source, output: output.path)
    }
    let message = try #require(error).description
    #expect(message.hasPrefix(file + ":") && message.contains("got \(got)"), "\(message)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: output.path).isEmpty)
  }

  @Test func aNamesFileWithTooFewNamesIsNamed() throws {
    let input = try TemporaryFolder()
    try input.write(file: "test_batch.bin", bytes: ImportFixtures.cifar(headers: [[7]]))
    let file = try input.write(file: "batches.meta.txt", text: "one\ntwo\n")
    let output = try TemporaryFolder()
    let source = try ImportSource.detect(in: input.path)
    #expect(throws: ImportError.badFile(path: file, expected: "10 class names, one a line", got: "2")) {
      try DatasetImport.run(source: source, output: output.path)
    }
  }
}
