import Datasets
import Foundation
import ImageCodecs
import Pixels
import TestSupport
import Testing

@Suite struct ImportIDXTests {
  @Test(arguments: [false, true])
  func writesEveryImageIntoTheFolderOfItsClass(gzipped: Bool) throws {
    let input = try ImportFixtures.idxFolder([("train", [1, 0, 1]), ("t10k", [0])], gzipped: gzipped)
    let output = try TemporaryFolder()
    let folder = output.path(of: "deep/new")
    let report = try DatasetImport.run(
      source: ImportSource.detect(in: input.path), output: folder, classNames: ["cat", "dog"])

    #expect(
      try Set(ImportFixtures.tree(folder).keys) == [
        "train/cat/00002.png", "train/dog/00001.png", "train/dog/00003.png", "test/cat/00001.png",
      ])
    let last = try ImageCodec.decode(
      contentsOf: folder + "/train/dog/00003.png", options: DecodeOptions(channels: nil))
    #expect(last == PixelBuffer(width: 3, height: 2, channels: 1, bytes: [20, 21, 22, 23, 24, 25]))
    #expect(report.format == .idx)
    #expect(report.classNames == ["cat", "dog"])
    #expect(report.splits.map(\.name) == ["train", "test"])
    #expect(report.splits.map(\.images) == [3, 1])
    #expect(report.splits[0].width == 3 && report.splits[0].height == 2)
  }

  @Test func anyNumberOfThreadsWritesTheSame() throws {
    let input = try ImportFixtures.idxFolder([("train", (0..<40).map { $0 % 3 })])
    let source = try ImportSource.detect(in: input.path)
    let trees = try [1, 3, 64].map { threads in
      let output = try TemporaryFolder()
      _ = try DatasetImport.run(source: source, output: output.path, threads: threads)
      return try ImportFixtures.tree(output.path)
    }
    #expect(trees[0].count == 40)
    #expect(trees[0] == trees[1] && trees[1] == trees[2])
  }

  @Test func namesAreNumbersOfEqualLengthByDefault() throws {
    let input = try ImportFixtures.idxFolder([("train", [0, 10]), ("test", [2])])
    let output = try TemporaryFolder()
    let report = try DatasetImport.run(source: ImportSource.detect(in: input.path), output: output.path)
    #expect(report.classNames == (0..<10).map { "0\($0)" } + ["10"])
    // Labels without an image get no folder: an empty class is no class.
    #expect(
      try Set(ImportFixtures.tree(output.path).keys) == [
        "train/00/00001.png", "train/10/00002.png", "test/02/00001.png",
      ])
  }

  @Test func fashionMNISTIsKnownByItsLabels() throws {
    let opening: [UInt8] = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9, 1, 0, 6, 4]
    let input = try ImportFixtures.idxFolder([("train", opening)])
    let output = try TemporaryFolder()
    let report = try DatasetImport.run(source: ImportSource.detect(in: input.path), output: output.path)
    #expect(report.classNames.first == "T-shirt-top" && report.classNames.last == "Ankle-boot")
  }

  @Test func plainFilesAreReadWhereBothAreThere() throws {
    let input = try ImportFixtures.idxFolder([("train", [0, 0])])
    try ImportFixtures.write(
      gzipped: ImportFixtures.idxImages(count: 5), to: input.path(of: "train-images-idx3-ubyte.gz"))
    let output = try TemporaryFolder()
    let report = try DatasetImport.run(source: ImportSource.detect(in: input.path), output: output.path)
    #expect(report.splits.map(\.images) == [2])
  }

  @Test func progressEndsAtTheTotal() throws {
    let input = try ImportFixtures.idxFolder([("train", [0, 1, 0]), ("test", [1])])
    let output = try TemporaryFolder()
    var calls: [[Int]] = []
    _ = try DatasetImport.run(source: ImportSource.detect(in: input.path), output: output.path) {
      calls.append([$0, $1])
    }
    #expect(calls == [[0, 4], [3, 4], [4, 4]])
  }
}
