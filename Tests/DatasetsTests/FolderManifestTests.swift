import TestSupport
import Testing

@testable import Datasets

@Suite struct FolderManifestTests {
  private func manifest(_ files: [(String, Int, UInt64?)]) -> FolderManifest {
    FolderManifest(
      classes: ["a", "b"],
      files: files.map { FolderManifest.File(path: $0.0, bytes: $0.1, ending: $0.2) })
  }

  @Test func namesWhatChanged() {
    let before = manifest([("a/1.png", 5, 1), ("a/2.png", 5, 1), ("a/3.png", 5, nil), ("b/1.png", 5, 1)])
    let now = manifest([
      ("a/0.png", 5, 1), ("a/2.png", 6, 1), ("a/3.png", 5, 9), ("b/1.png", 5, 2), ("b/2.png", 1, 1),
    ])
    let difference = now.difference(from: before)
    #expect(difference.added == ["a/0.png", "b/2.png"])
    #expect(difference.removed == ["a/1.png"])
    #expect(difference.changed == ["a/2.png", "b/1.png"])
    #expect(before.difference(from: before) == FolderManifest.Difference())
  }

  @Test func anyChangeIsInTheFingerprint() {
    let files: [(String, Int, UInt64?)] = [("a/1.png", 5, 1), ("a/2.png", 5, 1)]
    let all = [
      manifest(files), manifest([files[0]]), manifest([files[0], ("a/3.png", 5, 1)]),
      manifest([files[0], ("a/2.png", 6, 1)]), manifest([files[0], ("a/2.png", 5, 2)]),
      FolderManifest(classes: ["a"], files: manifest(files).files),
    ]
    #expect(Set(all.map(\.fingerprint)).count == all.count)
    #expect(manifest(files).fingerprint == all[0].fingerprint)
  }

  @Test func seesAnotherContentOfTheSameSize() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.png", "b/1.png", "b/2.png"] { try folder.write(file: name, text: "content") }
    let before = try ImageFolder.index(root: folder.path).manifest()
    #expect(before.files.map(\.bytes) == [7, 7, 7] && before.files.allSatisfy { $0.ending != nil })
    try folder.write(file: "b/1.png", text: "Content")
    let now = try ImageFolder.index(root: folder.path).manifest()
    #expect(now.difference(from: before).changed == ["b/1.png"])
  }

  @Test func looksIntoAPartOfALargeFolder() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("b")
    for index in 0..<5000 { try folder.write(file: "a/\(index).png", bytes: [UInt8(index & 255)]) }
    let manifest = try ImageFolder.index(root: folder.path).manifest()
    #expect((2300...2700).contains(manifest.files.count { $0.ending != nil }))
  }
}
