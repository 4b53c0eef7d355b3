import Randomness
import TestSupport
import Testing

@testable import Datasets

/// Rules 42 to 45 of docs/folders.md.
@Suite struct SeveralRootsTests {
  private func folder(_ files: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in files { try folder.write(file: file, bytes: []) }
    return folder
  }

  @Test func joinsSplitsAndClassesByName() throws {
    let all = try folder([
      "A/train/cat/1.png", "A/train/dog/1.png", "A/test/cat/9.png", "B/cat/1.png", "B/owl/1.png",
      "x/B/owl/2.png",
    ])
    let roots = ["A", "B", "x/B"].map { all.path(of: $0) }
    let splits = try DatasetSplits.discover(roots)
    #expect(splits.train.classes == ["cat", "dog", "owl"])
    #expect(
      splits.train.samples.map(\.relativePath)
        == ["+B-2/owl/2.png", "+B/cat/1.png", "+B/owl/1.png", "cat/1.png", "dog/1.png"])
    #expect(splits.train.samples.map(\.label) == [2, 0, 2, 0, 1])
    #expect(splits.train.samples[1].path == all.path(of: "B/cat/1.png"))
    #expect(splits.train.samples[3].identity == StableHash.of("cat/1.png"))
    #expect(splits.test?.samples.map(\.label) == [0])
    #expect(splits.warnings.count == 2)  // no dog and no owl to test on
  }

  @Test func refusesARootTwice() throws {
    let all = try folder(["a/1.png", "b/1.png"])
    #expect(throws: DatasetError.repeatedRoot(path: all.path)) {
      try DatasetSplits.discover([all.path, all.path + "/"])
    }
  }
}
