import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct DatasetErrorTests {
  @Test func refusesWhatIsNoImageFolder() throws {
    let folder = try TemporaryFolder()
    let (missing, file) = (folder.path(of: "missing"), try folder.write(file: "file", text: ""))
    expect(.missingFolder(path: missing), "no such folder") { try DatasetSplits.discover(missing) }
    expect(.notAFolder(path: file), "not a folder") { try DatasetSplits.discover(file) }
  }

  @Test func refusesAFolderWithoutClasses() throws {
    let folder = try TemporaryFolder()
    let root = folder.path
    expect(.noClassFolders(path: root, imagesInRoot: 0), "no class folders; expected") {
      try DatasetSplits.discover(root)
    }
    for name in ["1.png", "2.jpg"] { try folder.write(file: name, bytes: []) }
    expect(.noClassFolders(path: root, imagesInRoot: 2), "2 images directly in it") {
      try DatasetSplits.discover(root)
    }
  }

  @Test func refusesTooFewClassesAndEmptyOnes() throws {
    let folder = try TemporaryFolder()
    let root = folder.path
    try folder.makeFolder("cats")
    expect(.noImages(path: root), "no images in any class folder") { try DatasetSplits.discover(root) }
    try folder.write(file: "cats/1.png", bytes: [])
    expect(.singleClass(path: root, name: "cats"), "only one class, \"cats\"") {
      try DatasetSplits.discover(root)
    }
    for name in ["ants", "dogs", "eels", "owls"] { try folder.makeFolder(name) }
    expect(
      .emptyClasses(path: root, names: ["ants", "dogs", "eels", "owls"]),
      "no images in class \"ants\", \"dogs\", \"eels\" and 1 more"
    ) { try DatasetSplits.discover(root) }
  }

  @Test func refusesSplitsThatDoNotFit() throws {
    let folder = try TemporaryFolder()
    let root = folder.path
    for file in ["test/a/1.png", "test/b/1.png"] { try folder.write(file: file, bytes: []) }
    expect(.noTrainingSplit(path: root, found: ["test"]), "found test, but no folder train") {
      try DatasetSplits.discover(root)
    }
    for file in ["train/a/1.png", "train/c/1.png"] { try folder.write(file: file, bytes: []) }
    expect(.unknownClass(path: root + "/test", name: "b", nearest: "a"), "test: class \"b\" is not among") {
      try DatasetSplits.discover(root)
    }
    try folder.write(file: "Training/a/1.png", bytes: [])
    expect(.ambiguousSplit(path: root, names: ["Training", "train"]), "Training and train name the same") {
      try DatasetSplits.discover(root)
    }
  }

  @Test func refusesImagesAndFoldersWhoseNamesAreNotUTF8() throws {
    let folder = try TemporaryFolder()
    try folder.write(file: "a/1.png", bytes: [])
    func make(_ ending: String) {
      let start = folder.path(of: "a/caf").utf8.map { CChar(bitPattern: $0) }
      let file = creat(start + [CChar(bitPattern: 0xe9)] + ending.utf8CString, 0o644)
      #expect(file >= 0)
      close(file)
    }
    make(".txt")
    #expect(try ImageFolder.index(root: folder.path).samples.count == 1)
    make(".png")
    expect(.nameNotUTF8(folder: folder.path(of: "a"), name: "caf\u{FFFD}.png"), "is not UTF-8; rename it") {
      try ImageFolder.index(root: folder.path)
    }
  }

  @Test func refusesAFolderWithoutPermission() throws {
    let folder = try TemporaryFolder()
    let locked = try folder.makeFolder("a")
    chmod(locked, 0)
    let error = try withoutPrivileges {
      #expect(throws: DatasetError.self) { try ImageFolder.index(root: folder.path) }
    }
    #expect(error == .unreadableFolder(path: locked, reason: "permission denied"))
    #expect(error?.description == "\(locked): cannot read the folder: permission denied")
  }

  /// Runs `body` with the file permissions of nobody: tests often run as root, who may read everything.
  /// `setfsuid` counts for the calling thread alone.
  private func withoutPrivileges<Result>(_ body: () throws -> Result) throws -> Result {
    typealias SetFileUser = @convention(c) (uid_t) -> CInt
    let symbol = try #require(dlsym(nil, "setfsuid"))
    let setFileUser = unsafeBitCast(symbol, to: SetFileUser.self)
    let user = geteuid()
    if user == 0 { _ = setFileUser(65534) }
    defer { if user == 0 { _ = setFileUser(user) } }
    return try body()
  }

  private func expect<Result>(
    _ expected: DatasetError, _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
    from body: () throws -> Result
  ) {
    let error = #expect(throws: DatasetError.self, sourceLocation: sourceLocation) { _ = try body() }
    #expect(error == expected, sourceLocation: sourceLocation)
    #expect(error?.description.contains(text) == true, sourceLocation: sourceLocation)
    #expect(error?.description.contains("\n") == false, sourceLocation: sourceLocation)
  }
}
