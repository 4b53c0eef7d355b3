import Testing

@testable import Interchange

@Suite struct JSONParserTests {
  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
    ("-12", .integer(-12)), ("1.5e2", .number(150)), ("9223372036854775808", .number(0x1p63)),
    (#""a\n\u00e9\ud83d\ude00""#, .string("a\n\u{e9}\u{1F600}")), ("[]", .array([])),
    ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
    (#"{"a" : {}, "b":[ ]}"#, .object([("a", .object([])), ("b", .array([]))])),
  ])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8)) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "+1", "01", "-", "1.", ".5", "1.e3", "1e999", "--1", "[1,]", "[1 2]", "{,}", "{1:2}",
    #"{"a":1,}"#, #"{"a" 1}"#, #"{"a":1,"a":1}"#, #""\x""#, #""\ud83d""#, #""\u12"#, #""\u+123""#, "\"a\nb\"",
    "\"a", "1 2", "nan", "infinity", "0x10",
  ])
  func refuses(text: String) {
    #expect(throws: JSONError.self) { try JSONParser.parse(Array(text.utf8)) }
  }

  @Test func refusesBytesThatAreNotUTF8() {
    #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  @Test func keepsToItsDepth() throws {
    let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
    #expect(throws: Never.self) { try JSONParser.parse(Array(deep(JSONParser.maximumDepth).utf8)) }
    #expect(throws: JSONError.self) { try JSONParser.parse(Array(deep(JSONParser.maximumDepth + 2).utf8)) }
  }
}
