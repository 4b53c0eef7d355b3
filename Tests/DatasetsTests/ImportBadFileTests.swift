import Datasets
import Foundation
import TestSupport
import Testing

/// What is wrong with an IDX pair, and what the message must say.
struct BadIDX: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let images: [UInt8]
  let labels: [UInt8]
  /// The file that the message names.
  let file: String
  let says: [String]
  var classNames: [String]?

  static let all: [BadIDX] = {
    let images = ImportFixtures.idxImages(count: 2)
    let labels = ImportFixtures.idxLabels([0, 1])
    let imageFile = "train-images-idx3-ubyte"
    let labelFile = "train-labels-idx1-ubyte"
    return [
      BadIDX(
        testDescription: "images cut", images: images.dropLast(1), labels: labels, file: imageFile,
        says: ["2 images of 3x2", "28 bytes", "27 bytes"]),
      BadIDX(
        testDescription: "images too long", images: images + [0], labels: labels, file: imageFile,
        says: ["28 bytes", "more bytes"]),
      BadIDX(
        testDescription: "header cut", images: Array(images.prefix(7)), labels: labels, file: imageFile,
        says: ["header", "7 bytes"]),
      BadIDX(testDescription: "empty file", images: [], labels: labels, file: imageFile, says: ["0 bytes"]),
      BadIDX(
        testDescription: "labels in place of images", images: labels, labels: labels, file: imageFile,
        says: ["0x00000803", "0x00000801"]),
      BadIDX(
        testDescription: "images in place of labels", images: images, labels: images, file: labelFile,
        says: ["0x00000801", "0x00000803"]),
      BadIDX(
        testDescription: "fewer labels than images", images: images, labels: ImportFixtures.idxLabels([0]),
        file: labelFile, says: ["2 labels", imageFile, "got 1"]),
      BadIDX(
        testDescription: "labels cut", images: images, labels: labels.dropLast(1), file: labelFile,
        says: ["2 labels", "10 bytes", "9 bytes"]),
      BadIDX(
        testDescription: "no images", images: ImportFixtures.idxImages(count: 0),
        labels: ImportFixtures.idxLabels([]), file: imageFile, says: ["none"]),
      BadIDX(
        testDescription: "a side of nothing", images: ImportFixtures.idxImages(count: 2, width: 0),
        labels: labels, file: imageFile, says: ["0x2"]),
      BadIDX(
        testDescription: "a count beyond belief",
        images: ImportFixtures.idx(magic: 0x0803, dimensions: [0xFFFF_FFFF, 8192, 8192], values: [1]),
        labels: ImportFixtures.idx(magic: 0x0801, dimensions: [0xFFFF_FFFF], values: [1]), file: labelFile,
        says: ["4294967295 labels", "9 bytes"]),
      BadIDX(
        testDescription: "a side beyond belief",
        images: ImportFixtures.idx(magic: 0x0803, dimensions: [2, 0xFFFF_FFFF, 1], values: []),
        labels: labels, file: imageFile, says: ["1x4294967295"]),
    ]
  }()
}

@Suite struct ImportBadFileTests {
  @Test(arguments: BadIDX.all)
  func aBadIDXPairIsNamed(_ bad: BadIDX) throws {
    let input = try TemporaryFolder()
    try input.write(file: "train-images-idx3-ubyte", bytes: bad.images)
    try input.write(file: "train-labels-idx1-ubyte", bytes: bad.labels)
    let output = try TemporaryFolder()
    let source = try ImportSource.detect(in: input.path)
    let error = #expect(throws: ImportError.self) {
      try DatasetImport.run(source: source, output: output.path)
    }
    let message = try #require(error).description
    #expect(message.hasPrefix(input.path(of: bad.file) + ":"))
    for words in bad.says { #expect(message.contains(words), "\(message)") }
    #expect(!message.contains("\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: output.path).isEmpty)
  }

  @Test func cutAndDamagedGzipFilesAreNamed() throws {
    for damage in ["cut", "checksum"] {
      let input = try ImportFixtures.idxFolder([("train", [0, 1, 1])], gzipped: true)
      let name = "train-images-idx3-ubyte.gz"
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: input.path(of: name))))
      if damage == "cut" { bytes.removeLast(12) } else { bytes[bytes.count - 8] ^= 1 }
      try input.write(file: name, bytes: bytes)
      let output = try TemporaryFolder()
      let source = try ImportSource.detect(in: input.path)
      let error = #expect(throws: ImportError.self) {
        try DatasetImport.run(source: source, output: output.path)
      }
      let message = try #require(error).description
      #expect(message.contains(name) && message.contains("gzip"), "\(message)")
    }
  }

  @Test func aFolderWithNothingKnownIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(file: "cifar-10-binary.tar.gz", bytes: [1])
    #expect(throws: ImportError.notRecognised(path: folder.path)) { try ImportSource.detect(in: folder.path) }
    let missing = folder.path(of: "nowhere")
    #expect(throws: ImportError.sourceMissing(path: missing)) { try ImportSource.detect(in: missing) }
  }

  @Test func imagesWithoutLabelsAreNamed() throws {
    let folder = try ImportFixtures.idxFolder([("train", [0])])
    try FileManager.default.removeItem(atPath: folder.path(of: "train-labels-idx1-ubyte"))
    let error = #expect(throws: ImportError.self) { try ImportSource.detect(in: folder.path) }
    #expect(try #require(error).description.contains("train-labels-idx1-ubyte"))
  }

  @Test func twoSetsInOneFolderAreNotMixed() throws {
    let folder = try ImportFixtures.idxFolder([("emnist-digits-train", [0]), ("emnist-letters-train", [1])])
    let error = #expect(throws: ImportError.self) { try ImportSource.detect(in: folder.path) }
    #expect(try #require(error).description.contains("emnist-letters-train"))
  }

  @Test(arguments: [
    (["a"], "expected 2"), (["a", "b/c"], "\"b/c\""), (["..", "b"], "\"..\""), (["", "b"], "\"\""),
    (["a", "a"], "twice"), (["a", "b\u{0}"], "folders"),
    (["a", String(repeating: "n", count: 256)], "folders"),
  ])
  func classNamesMustFitAndBeFolderNames(names: [String], says: String) throws {
    let input = try ImportFixtures.idxFolder([("train", [0, 1])])
    let output = try TemporaryFolder()
    let source = try ImportSource.detect(in: input.path)
    let error = #expect(throws: ImportError.self) {
      try DatasetImport.run(source: source, output: output.path, classNames: names)
    }
    #expect(try #require(error).description.contains(says))
  }
}
