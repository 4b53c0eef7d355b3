import Glibc
import TestSupport
import Testing

@testable import Datasets

/// The tables of docs/folders.md, line by line: the numbers are its.
@Suite struct FolderRulesTests {
  /// A rule that says which images of which classes there are.
  struct Rule: CustomTestStringConvertible, Sendable {
    let number: Int
    let files: [String]
    var options = FolderOptions()
    /// `path = class`, of the training images, in order.
    let images: [String]
    var warnings = 0
    var testDescription: String { "rule \(number)" }

    init(_ number: Int, _ files: [String], _ images: [String], labelFrom: LabelRule = .top, warnings: Int = 0)
    {
      (self.number, self.files, self.images, self.warnings) = (number, files, images, warnings)
      options.labelFrom = labelFrom
    }
  }

  static let rules = [
    Rule(1, ["dog/1.jpg", "cat/1.png"], ["cat/1.png = cat", "dog/1.jpg = dog"]),
    Rule(
      2, ["a/1.PNG", "a/2.jpeg", "a/3.jpe", "a/4.Jpg", "b/1.png"],
      ["a/1.PNG = a", "a/2.jpeg = a", "a/3.jpe = a", "a/4.Jpg = a", "b/1.png = b"]),
    Rule(3, ["a/notes.txt", "a/1.webp", "a/png", "a/1.png", "b/1.png"], ["a/1.png = a", "b/1.png = b"]),
    Rule(4, ["a/.1.png", ".git/1.png", "a/.t/1.png", "a/1.png", "b/1.png"], ["a/1.png = a", "b/1.png = b"]),
    Rule(5, ["cat/a/b/1.png", "dog/1.png"], ["cat/a/b/1.png = cat", "dog/1.png = dog"]),
    Rule(6, ["cat/a/b/1.png", "dog/1.png"], ["cat/a/b/1.png = b", "dog/1.png = dog"], labelFrom: .leaf),
    Rule(
      7, ["cat/a/b/1.png", "dog/1.png"], ["cat/a/b/1.png = cat/a/b", "dog/1.png = dog"], labelFrom: .path),
    Rule(
      8, ["x/b/1.png", "y/b/2.png", "z/1.png"], ["x/b/1.png = b", "y/b/2.png = b", "z/1.png = z"],
      labelFrom: .leaf),
    Rule(12, ["1.png", "a/1.png", "b/1.png"], ["a/1.png = a", "b/1.png = b"], warnings: 1),
    Rule(
      16, ["caf\u{E9}/1.png", "cafe\u{301}/2.png", "tea/1.png"],
      ["cafe\u{301}/2.png = caf\u{E9}", "caf\u{E9}/1.png = caf\u{E9}", "tea/1.png = tea"]),
    Rule(
      20, ["train/a/1.png", "train/b/1.png", "val/a/2.png", "val/b/1.png"], ["a/1.png = a", "b/1.png = b"]),
    Rule(22, ["x/1.png", "y/1.png"], ["x/1.png = x", "y/1.png = y"]),
    Rule(23, ["bus/1.png", "train/1.png"], ["bus/1.png = bus", "train/1.png = train"]),
    Rule(
      27, ["train/a/1.png", "train/b/1.png", "test/a/1.png"], ["a/1.png = a", "b/1.png = b"], warnings: 1),
  ]

  @Test(arguments: rules) func folder(_ rule: Rule) throws {
    let folder = try TemporaryFolder()
    for file in rule.files { try folder.write(file: file, bytes: []) }
    let splits = try DatasetSplits.discover(folder.path, options: rule.options)
    let found = splits.train.samples.map { "\($0.relativePath) = \(splits.train.classes[$0.label])" }
    // By bytes: texts that look alike are equal else.
    #expect(found.map { Array($0.utf8) } == rule.images.map { Array($0.utf8) })
    #expect(splits.warnings.count == rule.warnings)
  }

  @Test func links() throws {
    let (folder, elsewhere) = (try TemporaryFolder(), try TemporaryFolder())
    try elsewhere.write(file: "1.png", bytes: [])
    try folder.write(file: "a/1.png", bytes: [])
    try folder.link("b", to: elsewhere.path)  // 9
    try folder.link("a/loop", to: "..")  // 10
    try folder.link("a/gone.png", to: "nowhere")  // 11
    let images = try DatasetSplits.discover(folder.path).train
    #expect(images.samples.map(\.relativePath) == ["a/1.png", "a/gone.png", "b/1.png"])
    #expect(images.warnings == [.linkLoop(path: folder.path(of: "a/loop"))])
  }

  @Test(arguments: [
    (13, ["a/1.png", "b/notes.txt"], "no images in class \"b\""),
    (14, ["a/1.png"], "only one class"),
    (15, ["1.png"], "no class folders"),
    (24, ["train/a/1.png", "training/a/1.png"], "name the same split"),
    (25, ["val/a/1.png", "val/b/1.png"], "no folder train"),
    (26, ["train/Car/1.png", "train/Dog/1.png", "test/Cars/1.png"], "did you mean \"Car\"?"),
  ]) func refused(number: Int, files: [String], expected: String) throws {
    let folder = try TemporaryFolder()
    for file in files { try folder.write(file: file, bytes: []) }
    let error = #expect(throws: DatasetError.self) { try DatasetSplits.discover(folder.path) }
    #expect("\(try #require(error))".contains(expected))
  }

  @Test func classesInCodePointOrder() throws {  // 17
    let folder = try TemporaryFolder()
    for name in ["b", "a", "Z", "é", "a-b"] { try folder.write(file: "\(name)/1.png", bytes: []) }
    #expect(try DatasetSplits.discover(folder.path).train.classes == ["Z", "a", "a-b", "b", "é"])
  }

  @Test func foldersThatMayNotBeListed() throws {  // 19
    let folder = try TemporaryFolder()
    for file in ["a/1.png", "b/1.png"] { try folder.write(file: file, bytes: []) }
    try #require(chmod(folder.path(of: "b"), 0) == 0)
    defer { chmod(folder.path(of: "b"), 0o700) }
    if getuid() == 0 { return }  // who may do everything
    #expect(throws: DatasetError.unreadableFolder(path: folder.path(of: "b"), reason: "permission denied")) {
      try DatasetSplits.discover(folder.path)
    }
  }

  @Test(arguments: [
    (["train", "val", "test"]), ["training", "valid", "Test"], ["Train", "validation", "TEST"],
    ["train", "eval", "test"],
  ]) func splitNames(names: [String]) throws {  // 20, 21
    let folder = try TemporaryFolder()
    for name in names {
      for file in ["a/1.png", "b/\(name).png"] { try folder.write(file: "\(name)/\(file)", bytes: []) }
    }
    let splits = try DatasetSplits.discover(folder.path)
    #expect(splits.train.root == folder.path(of: names[0]))
    #expect(splits.validation?.root == folder.path(of: names[1]))
    #expect(splits.test?.root == folder.path(of: names[2]))
  }
}
