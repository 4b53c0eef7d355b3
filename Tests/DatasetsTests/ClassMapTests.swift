import TestSupport
import Testing

@testable import Datasets

/// Rules 30 to 34 of docs/folders.md.
@Suite struct ClassMapTests {
  @Test(arguments: [
    ("map.csv", "n01,cat\nn02,cat\nn9,owl\n"),
    ("map.csv", "\u{FEFF}folder,class\r\n\"n01\",cat\r\nn02, cat\r\nn9,owl"),
    ("map.json", "{\"n01\": \"cat\", \"n02\": \"cat\", \"n9\": \"owl\"}"),
  ]) func namesClasses(name: String, text: String) throws {
    let folder = try TemporaryFolder()
    for file in ["data/n01/1.png", "data/n02/1.png", "data/dog/1.png"] {
      try folder.write(file: file, bytes: [])
    }
    var options = FolderOptions()
    options.classMap = try folder.write(file: name, text: text)
    let train = try DatasetSplits.discover(folder.path(of: "data"), options: options).train
    #expect(train.classes == ["cat", "dog"])
    #expect(train.samples.map(\.label) == [1, 0, 0])
    #expect(train.warnings == [.unusedClassMapEntry(path: folder.path(of: name), folder: "n9")])
  }

  @Test(arguments: [
    ("a,b\nc\n", 2, "expected two columns"), ("a,b\n\na,c\n", 3, "has a class already, in line 1"),
    ("a,\n", 1, "expected two columns"),
  ]) func saysWhichLineIsWrong(text: String, line: Int, reason: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(file: "map.csv", text: text)
    let error = #expect(throws: DatasetError.self) { try ClassMap(contentsOf: path) }
    #expect("\(try #require(error))".contains("\(path):\(line): "))
    #expect("\(try #require(error))".contains(reason))
  }

  @Test func saysWhatIsNoMap() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DatasetError.missingFile(path: folder.path(of: "none"))) {
      try ClassMap(contentsOf: folder.path(of: "none"))
    }
    let path = try folder.write(file: "map.json", text: "{\"a\": 1}")
    #expect(throws: DatasetError.self) { try ClassMap(contentsOf: path) }
  }
}
