import Testing

@testable import convoy

@Suite("Tables, CSV and JSON lines")
struct TextFormsTests {
  @Test("a table aligns names to the left and numbers to the right")
  func table() {
    let table = TextTable(header: ["class", "images"], rows: [["Bag", "1,000"], ["Ankle boot", "5"]])
    #expect(table.lines == ["class       images", "Bag          1,000", "Ankle boot       5"])
  }

  @Test("a table without a header, with short rows, has no trailing spaces")
  func bareTable() {
    let table = TextTable(header: [], rows: [["a", "b"], ["long", ""], ["c"]], leftColumns: 2)
    #expect(table.lines == ["a     b", "long", "c"])
  }

  @Test(
    "CSV quotes what would break a line",
    arguments: [
      (["a", "b"], "a,b"), (["a,b", "c\"d"], "\"a,b\",\"c\"\"d\""), (["x\ny", "\r"], "\"x\ny\",\"\r\""),
    ])
  func csv(fields: [String], expected: String) {
    #expect(CSV.line(fields) == expected)
  }

  @Test("a JSON line has its event among sorted keys, slashes as they are, and no number that JSON lacks")
  func json() throws {
    struct Body: Encodable {
      let path: String
      let loss: Double
    }
    #expect(
      try JSONLine.text(JSONEvent(event: "epoch", body: Body(path: "a/b", loss: .nan)))
        == #"{"event":"epoch","loss":"NaN","path":"a/b"}"#)
  }
}
