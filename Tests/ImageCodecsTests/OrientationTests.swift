import ImageCodecs
import TestSupport
import Testing

/// The EXIF orientation tag in all its shapes. That each orientation turns the pixels as Pillow does is among
/// the `DecodingTests`.
@Suite struct OrientationTests {
  /// A JPEG (37 x 29) with segments put in right after its start.
  private func jpeg(with segments: [(marker: UInt8, content: [UInt8])]) throws -> [UInt8] {
    let data = try Fixtures.bytes("grey.jpg")
    let inserted = segments.map { (marker, content) -> [UInt8] in
      let length = content.count + 2
      return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + content
    }
    return Array(data[..<2] + inserted.joined() + data[2...])
  }

  /// EXIF with one directory of one entry.
  private func exif(
    little: Bool, tag: Int = 0x0112, type: Int = 3, bytes: Int = 2, count: Int = 1, value: Int,
    directory: Int = 8
  ) -> [UInt8] {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] {
      let digits = (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) }
      return little ? digits : digits.reversed()
    }
    let start = Array("Exif\0\0".utf8) + Array((little ? "II" : "MM").utf8) + number(42, 2)
    return start + number(directory, 4) + number(1, 2) + number(tag, 2) + number(type, 2) + number(count, 4)
      + number(value, bytes) + [UInt8](repeating: 0, count: 4 - bytes)
  }

  private func orientation(_ segments: [(marker: UInt8, content: [UInt8])]) throws -> ImageOrientation {
    try ImageCodec.header(of: jpeg(with: segments), name: "a.jpg").orientation
  }

  @Test(arguments: ImageOrientation.allCases, [true, false])
  func isReadInBothByteOrders(expected: ImageOrientation, little: Bool) throws {
    let exif = exif(little: little, value: Int(expected.rawValue))
    #expect(try orientation([(0xE1, exif)]) == expected)
  }

  @Test(arguments: [(1, 1), (3, 2), (4, 4), (6, 1), (8, 2), (9, 4)], [true, false])
  func isReadFromAnyIntegerType(type: (code: Int, bytes: Int), little: Bool) throws {
    let exif = exif(little: little, type: type.code, bytes: type.bytes, value: 5)
    #expect(try orientation([(0xE1, exif)]) == .transposed)
  }

  @Test func isFoundAfterOtherSegments() throws {
    let xmp = Array("http://ns.adobe.com/xap/1.0/\0<x/>".utf8)
    #expect(try orientation([(0xE1, xmp), (0xFE, []), (0xE1, exif(little: true, value: 6))]) == .turned90)
  }

  @Test func theFirstBlockCounts() throws {
    let blocks = [3, 6].map { (marker: UInt8(0xE1), content: exif(little: true, value: $0)) }
    #expect(try orientation(blocks) == .turned180)
  }

  @Test func nonsenseIsUpright() throws {
    let good = exif(little: true, value: 6)
    var bad = [
      exif(little: true, value: 0), exif(little: true, value: 9), exif(little: false, value: 0x0106),
      exif(little: true, tag: 0x0113, value: 6), exif(little: true, type: 2, value: 6),
      exif(little: true, type: 5, value: 6),
      exif(little: true, count: 2, value: 6), exif(little: true, value: 6, directory: 0xFFFF_FFFF),
      exif(little: true, value: 6, directory: 9), Array("Exif\0\0XX".utf8),
    ]
    bad += (6..<good.count - 2).map { Array(good[..<$0]) }
    for exif in bad {
      #expect(try orientation([(0xE1, exif)]) == .upright)
    }
  }

  @Test func theHeaderStatesTheSizeAsShown() throws {
    let header = try ImageCodec.header(
      of: jpeg(with: [(0xE1, exif(little: false, value: 8))]), name: "a.jpg")
    #expect((header.width, header.height) == (29, 37))
  }

  @Test func canBeLeftOut() throws {
    let data = try jpeg(with: [(0xE1, exif(little: false, value: 8))])
    let image = try ImageCodec.decode(data, name: "a.jpg", options: DecodeOptions(appliesOrientation: false))
    #expect(image == (try ImageCodec.decode(Fixtures.bytes("grey.jpg"), name: "grey.jpg")))
  }

  @Test func headersBeyondTheFirstReadAreFound() throws {
    let folder = try TemporaryFolder()
    let filler = [UInt8](repeating: 0x20, count: 60_000)
    let data = try jpeg(with: [(0xFE, filler), (0xFE, filler), (0xE1, exif(little: true, value: 5))])
    let header = try ImageCodec.header(contentsOf: folder.write(file: "a.jpg", bytes: data))
    #expect((header.width, header.height, header.channels) == (29, 37, 1))
    #expect(header.orientation == .transposed)
  }
}
