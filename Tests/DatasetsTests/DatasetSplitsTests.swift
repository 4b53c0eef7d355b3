import TestSupport
import Testing

@testable import Datasets

@Suite struct DatasetSplitsTests {
  @Test(arguments: [
    ["train", "val", "test"], ["training", "valid", "test"], ["Train", "Validation", "TEST"],
    ["train", "eval", "Test"],
  ])
  func findsSplitsByTheirNames(names: [String]) throws {
    let folder = try TemporaryFolder()
    for name in names {
      for file in ["a/1.png", "b/\(name).png"] { try folder.write(file: "\(name)/\(file)", bytes: []) }
    }
    let splits = try DatasetSplits.discover(folder.path)
    #expect(splits.train.root == folder.path(of: names[0]))
    #expect(splits.validation?.root == folder.path(of: names[1]))
    #expect(splits.test?.samples.map(\.relativePath) == ["a/1.png", "b/\(names[2]).png"])
    #expect(splits.warnings.isEmpty)
  }

  @Test func isTrainingDataAsAWholeWithoutSplits() throws {
    let folder = try TemporaryFolder()
    for file in ["a/1.png", "b/1.png"] { try folder.write(file: file, bytes: []) }
    let splits = try DatasetSplits.discover(folder.path)
    #expect(splits.train.classes == ["a", "b"])
    #expect(splits.validation == nil && splits.test == nil)
  }

  @Test func aClassMayBeCalledLikeASplit() throws {
    let folder = try TemporaryFolder()
    for file in ["bus/1.png", "train/1.png"] { try folder.write(file: file, bytes: []) }
    #expect(try DatasetSplits.discover(folder.path).train.classes == ["bus", "train"])
  }

  @Test func splitsWithoutLabelsAreNotClasses() throws {
    let folder = try TemporaryFolder()
    for file in ["test/1.png", "train/1.png"] { try folder.write(file: file, bytes: []) }
    #expect(throws: DatasetError.noClassFolders(path: folder.path(of: "train"), imagesInRoot: 1)) {
      try DatasetSplits.discover(folder.path)
    }
  }

  @Test func matchesClassesByName() throws {
    let folder = try TemporaryFolder()
    for file in ["train/a/1.png", "train/b/1.png", "train/c/1.png", "test/c/1.png", "test/b/1.png"] {
      try folder.write(file: file, bytes: [])
    }
    let splits = try DatasetSplits.discover(folder.path)
    #expect(splits.test?.samples.map(\.label) == [1, 2])
    #expect(splits.warnings == [.missingClass(path: folder.path(of: "test"), name: "a")])
  }

  @Test func evaluatesTestElseValidationElseTheFolderItself() throws {
    let folder = try TemporaryFolder()
    try folder.write(file: "train/a/1.png", bytes: [])
    func root() throws -> String {
      String(try DatasetSplits.forEvaluation(folder.path, classes: ["a"]).root.dropFirst(folder.path.count))
    }
    #expect(throws: DatasetError.noEvaluationSplit(path: folder.path, found: ["train"])) { try root() }
    try folder.write(file: "val/a/1.png", bytes: [])
    #expect(try root() == "/val")
    try folder.write(file: "test/a/1.png", bytes: [])
    #expect(try root() == "/test")
    #expect(
      try DatasetSplits.forEvaluation(folder.path(of: "train"), classes: ["a"]).root
        == folder.path(of: "train"))
  }
}
