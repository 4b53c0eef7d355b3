import ImageCodecs
import Pixels
import TestSupport
import Testing

/// Every kind of file against Pillow's pixels: PNG exactly, JPEG within one level.
@Suite struct DecodingTests {
  static let files = try? PAM.expected()
  static let names = (files ?? [:]).keys.sorted()

  @Test func expectationsAreThere() {
    #expect(Self.names.count == 77)
  }

  @Test(arguments: names) func agreesWithPillow(name: String) throws {
    let expected = try #require(Self.files?[name])
    let words = name.split(separator: " ")
    var options = DecodeOptions()
    if words.count == 2 { options.truncated = .keep }
    if words.count >= 3 { options.channels = Int(words[2]) }
    if words.count == 5 {
      let color = words[4].split(separator: ",").compactMap { UInt8($0) }
      options.background = (color[0], color[1], color[2])
    }
    let path = Fixtures.path(String(words[0]))
    let image = try ImageCodec.decode(contentsOf: path, options: options)
    let difference = try #require(image.largestDifference(to: expected))
    #expect(difference <= (path.hasSuffix(".jpg") ? 1 : 0))
  }

  @Test(arguments: names.filter { !$0.contains(" ") }) func headerAgreesWithThePixels(name: String) throws {
    let expected = try #require(Self.files?[name])
    let header = try ImageCodec.header(contentsOf: Fixtures.path(name))
    #expect(header.format == (name.hasSuffix(".png") ? .png : .jpeg))
    #expect(header.width == expected.width)
    #expect(header.height == expected.height)
    #expect(header.channels == expected.channels)
  }
}
