import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ImportOutputTests {
  @Test(arguments: [("photo.jpg", "photo.jpg"), (".importing/train/a", "interrupted import")])
  func aFolderThatHoldsSomethingIsRefused(file: String, says: String) throws {
    let input = try ImportFixtures.idxFolder([("train", [0])])
    let output = try TemporaryFolder()
    try output.write(file: file, bytes: [1])
    let source = try ImportSource.detect(in: input.path)
    let error = #expect(throws: ImportError.self) {
      try DatasetImport.run(source: source, output: output.path)
    }
    #expect(try #require(error).description.contains(says))
    #expect(try ImportFixtures.tree(output.path) == [file: [1]])
  }

  @Test func anOutputThatIsAFileIsNamed() throws {
    let input = try ImportFixtures.idxFolder([("train", [0])])
    let folder = try TemporaryFolder()
    let output = try folder.write(file: "file", bytes: [])
    let source = try ImportSource.detect(in: input.path)
    let error = #expect(throws: ImportError.self) { try DatasetImport.run(source: source, output: output) }
    #expect(try #require(error).description.hasPrefix("\(output): cannot be written: "))
  }
}
