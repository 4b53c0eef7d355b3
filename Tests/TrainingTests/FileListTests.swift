import Datasets
import Testing

@testable import Training

@Suite struct FileListTests {
  @Test func survivesItsTextForm() throws {
    let odd = ["a/1.png", "a/t\tn\nr\r\n\\.png", "a/\u{301}accent.png", "b/e\u{301}.png", "b/\u{e9}.png"]
    let files = odd.enumerated().map { index, path in
      FolderManifest.File(path: path, bytes: index - 1, ending: index == 2 ? nil : UInt64.max - UInt64(index))
    }
    let manifest = FolderManifest(classes: ["a", "b"], files: files)
    let text = FileList.text([("training", manifest), ("test", FolderManifest(classes: [], files: []))])
    #expect(text.utf8.split(separator: 10).count == 6)
    let read = try #require(FileList.manifest(of: "training", classes: ["a", "b"], in: text))
    #expect(read == manifest && read.fingerprint == manifest.fingerprint)
    #expect(read.files.map { Array($0.path.utf8) } == odd.map { Array($0.utf8) })
    #expect(FileList.manifest(of: "test", classes: [], in: text)?.files.isEmpty == true)
  }

  @Test(arguments: ["", "something else\n", FileList.header + "\ntraining\tmany\t\ta.png\n"])
  func refusesOtherTexts(text: String) {
    #expect(FileList.manifest(of: "training", classes: [], in: text) == nil)
  }
}
