import Randomness
import TestSupport
import Testing

@testable import Datasets

@Suite struct ImageFolderTests {
  @Test func listsImagesByClassInCodePointOrder() throws {
    let folder = try TemporaryFolder()
    for file in ["b/2.png", "b/10.jpg", "a/x.JPEG", "a/deep/er/y.jpe", "a-b/z.PNG", "é/é.png", "Z/1.png"] {
      try folder.write(file: file, bytes: [])
    }
    let images = try ImageFolder.index(root: folder.path)
    #expect(images.classes == ["Z", "a", "a-b", "b", "é"])
    #expect(
      images.samples.map(\.relativePath)
        == ["Z/1.png", "a-b/z.PNG", "a/deep/er/y.jpe", "a/x.JPEG", "b/10.jpg", "b/2.png", "é/é.png"])
    #expect(images.samples.map(\.label) == [0, 2, 1, 1, 3, 3, 4])
    #expect(images.countsPerClass == [1, 2, 1, 2, 1])
    #expect(images.warnings.isEmpty)
  }

  @Test func samplesKnowTheirPlaceAndIdentity() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(file: "Ankle boot/0001.png", bytes: [])
    let sample = try #require(try ImageFolder.index(root: folder.path + "/").samples.first)
    #expect(sample.path == path)
    #expect(sample.identity == StableHash.of("Ankle boot/0001.png"))
  }

  @Test func skipsHiddenAndOtherFiles() throws {
    let folder = try TemporaryFolder()
    let others = ["a/.1.png", ".git/1.png", "a/.thumbs/1.png", "a/notes.txt", "a/png", "a/1.png.bak", "a/1."]
    for file in others + ["a/ok.png"] { try folder.write(file: file, bytes: []) }
    #expect(try ImageFolder.index(root: folder.path).samples.map(\.relativePath) == ["a/ok.png"])
    #expect(try ImageFolder.index(root: folder.path).classes == ["a"])
  }

  @Test func followsLinksAndStopsAtLoops() throws {
    let folder = try TemporaryFolder()
    let elsewhere = try TemporaryFolder()
    try elsewhere.write(file: "pictures/1.png", bytes: [])
    try folder.write(file: "a/1.png", bytes: [])
    try folder.link("a/a", to: folder.path(of: "a"))
    try folder.link("a/all", to: "..")
    try folder.link("b", to: elsewhere.path(of: "pictures"))
    try folder.link("a/linked.png", to: elsewhere.path(of: "pictures/1.png"))
    try folder.link("a/gone.png", to: "nowhere")
    let images = try ImageFolder.index(root: folder.path)
    #expect(images.samples.map(\.relativePath) == ["a/1.png", "a/gone.png", "a/linked.png", "b/1.png"])
    #expect(
      images.warnings
        == [.linkLoop(path: folder.path(of: "a/a")), .linkLoop(path: folder.path(of: "a/all"))])
  }

  @Test func saysThatImagesLieOutsideOfClasses() throws {
    let folder = try TemporaryFolder()
    for file in ["a/1.png", "stray.png", "readme.md"] { try folder.write(file: file, bytes: []) }
    let images = try ImageFolder.index(root: folder.path)
    #expect(images.warnings == [.imagesOutsideClasses(path: folder.path, count: 1)])
    #expect(
      images.warnings.map(\.description) == ["\(folder.path): 1 image outside of the class folders left out"])
  }

  @Test func labelsByTheClassesOfOtherData() throws {
    let folder = try TemporaryFolder()
    for file in ["b/1.png", "d/1.png"] { try folder.write(file: file, bytes: []) }
    let images = try ImageFolder.index(root: folder.path, classes: ["a", "b", "c", "d"])
    #expect(images.samples.map(\.label) == [1, 3])
    #expect(
      images.warnings
        == ["a", "c"].map { .missingClass(path: folder.path, name: $0) })
    #expect(throws: DatasetError.unknownClass(path: folder.path, name: "d", nearest: "a")) {
      try ImageFolder.index(root: folder.path, classes: ["a", "b"])
    }
  }

  @Test func fingerprintChangesWithTheDataOnly() throws {
    let folder = try TemporaryFolder()
    let copy = try TemporaryFolder()
    for place in [folder, copy] {
      for file in ["a/1.png", "b/1.png"] { try place.write(file: file, bytes: [1, 2]) }
    }
    func fingerprint(of folder: TemporaryFolder) throws -> String {
      try ImageFolder.index(root: folder.path).manifest().fingerprint
    }
    let first = try fingerprint(of: folder)
    #expect(first.count == 16)
    #expect(try fingerprint(of: copy) == first)
    try copy.write(file: "a/1.png", bytes: [1, 2, 3])
    let grown = try fingerprint(of: copy)
    #expect(grown != first)
    try copy.makeFolder("c")
    #expect(try fingerprint(of: copy) != grown)
  }
}
