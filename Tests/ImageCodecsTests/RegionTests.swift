import ImageCodecs
import Pixels
import TestSupport
import Testing

/// A region is decoded to the pixels that the whole image has there.
@Suite struct RegionTests {
  private static let files =
    [
      "444", "422", "420", "440", "411", "420-progressive", "422-progressive", "420-arithmetic",
      "420-restart",
    ]
    .map { "region-\($0).jpg" } + ["region-grey.jpg", "region-cmyk.jpg"]

  /// Along one side: runs that begin and end at, before and behind the edges of blocks and of the image.
  private func runs(of length: Int) -> [Range<Int>] {
    let places = [0, 1, 7, 8, 15, 16, 17, 31, 33, 40, 48, 63, 64, 65, length - 2, length - 1, length]
    let ends = Array(Set(places.filter { (0...length).contains($0) })).sorted()
    return ends.flatMap { start in ends.filter { $0 > start }.map { start..<$0 } }
  }

  private func check(_ data: [UInt8], _ options: DecodeOptions, columns: Range<Int>, rows: Range<Int>) throws
  {
    let whole = try ImageCodec.decode(data, name: "whole", options: options)
    let region = PixelRegion(
      x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    let part = try ImageCodec.decode(data, name: "part", options: options) { _ in region }
    #expect(part == whole.cropped(to: region), "\(region)")
  }

  @Test(arguments: files) func columnsAreThoseOfTheWholeImage(name: String) throws {
    let data = try Fixtures.bytes(name)
    for (number, columns) in runs(of: 101).enumerated() {
      let top = number % 29
      try check(data, DecodeOptions(), columns: columns, rows: top..<top + 17)
    }
  }

  @Test(arguments: files) func rowsAreThoseOfTheWholeImage(name: String) throws {
    let data = try Fixtures.bytes(name)
    for (number, rows) in runs(of: 77).enumerated() {
      let left = number % 37
      try check(data, DecodeOptions(), columns: left..<left + 23, rows: rows)
    }
  }

  @Test(arguments: ["region-rgb.png", "region-palette.png", "rgb8-interlaced.png", "rgba16-interlaced.png"])
  func regionsOfPNGAreThoseOfTheWholeImage(name: String) throws {
    let data = try Fixtures.bytes(name)
    let header = try ImageCodec.header(of: data, name: name)
    for rows in [0..<header.height, 0..<1, 3..<5, header.height - 2..<header.height] {
      for columns in [0..<header.width, 0..<1, 2..<5, header.width - 1..<header.width] {
        try check(data, DecodeOptions(channels: 3), columns: columns, rows: rows)
      }
    }
  }

  @Test(arguments: 1...8, [true, false]) func regionsAreOfTheUprightImage(number: Int, applies: Bool) throws {
    let data = try Fixtures.bytes("orientation\(number).jpg")
    let options = DecodeOptions(channels: 1, appliesOrientation: applies)
    let image = try ImageCodec.decode(data, name: "whole", options: options)
    try check(data, options, columns: 3..<image.width - 2, rows: 5..<image.height - 4)
    try check(data, options, columns: 0..<2, rows: image.height - 4..<image.height)
  }

  @Test func theHeaderIsThatOfTheImage() throws {
    for applies in [true, false] {
      var seen: ImageHeader?
      let image = try ImageCodec.decode(
        Fixtures.bytes("orientation6.jpg"), name: "a", options: DecodeOptions(appliesOrientation: applies)
      ) {
        seen = $0
        return nil
      }
      #expect(seen?.width == image.width && seen?.height == image.height)
    }
  }

  @Test(arguments: ["region-420.jpg", "region-420-progressive.jpg", "region-rgb.png"])
  func dataThatIsCutShortIsFoundWhateverTheRegion(name: String) throws {
    let data = try Fixtures.bytes(name)
    for missing in [1, 2, 40, data.count / 2] {
      #expect(throws: ImageError.self) {
        try ImageCodec.decode(Array(data.dropLast(missing)), name: name) { _ in
          PixelRegion(x: 0, y: 0, width: 8, height: 8)
        }
      }
    }
  }

  @Test(arguments: ["region-420.jpg", "region-rgb.png"]) func bytesBehindTheEndHarmNothing(name: String)
    throws
  {
    let data = try Fixtures.bytes(name) + [1, 2, 3]
    try check(data, DecodeOptions(), columns: 9..<30, rows: 4..<20)
  }
}

extension PixelBuffer {
  func cropped(to region: PixelRegion) -> PixelBuffer {
    var result = PixelBuffer(width: region.width, height: region.height, channels: channels)
    for y in 0..<region.height {
      for x in 0..<region.width {
        for channel in 0..<channels { result[x, y, channel] = self[region.x + x, region.y + y, channel] }
      }
    }
    return result
  }
}
