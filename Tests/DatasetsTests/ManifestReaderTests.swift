import TestSupport
import Testing

@testable import Datasets

/// Rules 35 to 41 of docs/folders.md.
@Suite struct ManifestReaderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for file in ["c/1.png", "c/2.png", "d/1.png", "d/2.image"] { try folder.write(file: file, bytes: []) }
  }

  @Test func readsTables() throws {
    let path = try folder.write(
      file: "m.csv",
      text: """
        weight,note,label,path,split
        2,"a, ""b""\nc",cat,c/1.png,Training
        ,,dog,./d/1.png,
        0.5,,dog,d/2.image,train
        1,,cat,c/2.png,eval
        """)
    let splits = try DatasetSplits.discover(path)
    #expect(splits.train.classes == ["cat", "dog"])
    #expect(splits.train.samples.map(\.relativePath) == ["c/1.png", "d/1.png", "d/2.image"])
    #expect(
      splits.train.samples.map(\.path) == ["c/1.png", "d/1.png", "d/2.image"].map { folder.path(of: $0) })
    #expect(splits.train.samples.map(\.weight) == [2, 1, 0.5])
    #expect(splits.train.samples.map(\.label) == [0, 1, 1])
    #expect(splits.validation?.samples.map(\.relativePath) == ["c/2.png"])
    #expect(splits.test == nil)
  }

  @Test func readsJSONLines() throws {
    let absolute = folder.path(of: "d/1.png")
    let path = try folder.write(
      file: "m.jsonl",
      text: """
        {"path": "c/1.png", "label": 7, "weight": 3, "note": [1]}

        {"path": "\(absolute)", "label": "dog"}
        """)
    let train = try DatasetSplits.discover(path).train
    #expect(train.classes == ["7", "dog"])
    #expect(train.samples.map(\.path) == [absolute, folder.path(of: "c/1.png")])
    #expect(train.samples.map(\.weight) == [1, 3])
    #expect(try DatasetSplits.forEvaluation(path, classes: ["dog", "7"]).samples.map(\.label) == [0, 1])
  }

  @Test(arguments: [
    ("m.csv", "path,class\nc/1.png,a\n", 1, "no column \"label\""),
    ("m.csv", "path,label,label\n", 1, "two columns \"label\""),
    ("m.csv", "path,label\nc/1.png,a\nc/2.png\n", 3, "expected 2 fields, as in the first line, not 1"),
    ("m.csv", "path,label\n\"c/\n1.png\",a\nc/9.png,b", 2, "no such file"),
    ("m.csv", "path,label\nc/1.png,a\nc/9.png,b", 3, "no such file: c/9.png"),
    ("m.csv", "path,label,weight\nc/1.png,a,x\n", 2, "the weight must be a number"),
    ("m.csv", "path,label,weight\nc/1.png,a,-1\n", 2, "the weight must be a number"),
    ("m.csv", "path,label,split\nc/1.png,a,dev\n", 2, "no such split: \"dev\""),
    ("m.csv", "path,label\nc/1.png,\n", 2, "the label is empty"),
    ("m.csv", "path,label\n,a\n", 2, "the path is empty"),
    ("m.csv", "path,label\nc/1.png,a\nc/2.png,b\n./c/1.png,b\n", 4, "is in line 2 already"),
    ("m.jsonl", "{\"path\": \"c/1.png\"}\n", 1, "no \"label\""),
    ("m.ndjson", "{\"path\": \"c/1.png\", \"label\": \"a\"}\n[]\n", 2, "expected an object"),
  ]) func saysWhichLineIsWrong(name: String, text: String, line: Int, reason: String) throws {
    let path = try folder.write(file: name, text: text)
    let error = #expect(throws: DatasetError.self) { try DatasetSplits.discover(path) }
    let message = "\(try #require(error))"
    #expect(message.hasPrefix("\(path):\(line): ") && message.contains(reason), "\(message)")
  }

  @Test(arguments: ["m.csv", "m.jsonl"]) func anEmptyManifestIsAnError(name: String) throws {
    let path = try folder.write(file: name, text: "\n")
    #expect(throws: DatasetError.badLine(path: path, line: nil, reason: "no images listed")) {
      try DatasetSplits.discover(path)
    }
  }
}
