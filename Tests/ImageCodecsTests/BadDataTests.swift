import ImageCodecs
import TestSupport
import Testing

/// Damaged and hostile data: always an `ImageError`, never a trap, never an image with parts painted over.
@Suite struct BadDataTests {
  @Test(arguments: [
    "grey8.png", "palette4-transparent.png", "rgba16-interlaced.png", "ycc420.jpg", "ycc444-progressive.jpg",
    "cmyk.jpg", "arithmetic.jpg", "orientation6.jpg",
  ])
  func everyTruncationIsAnError(name: String) throws {
    let data = try Fixtures.bytes(name)
    for length in 0..<data.count {
      let error = failure { try ImageCodec.decode(Array(data[..<length]), name: name) }
      switch error {
      case .empty: #expect(length == 0)
      case .notAnImage: #expect(length < 8)
      case .truncated: break
      default: Issue.record("\(length) of \(data.count) bytes: \(error?.description ?? "no error")")
      }
    }
  }

  @Test(arguments: ["rgb8.png", "palette2-interlaced.png"])
  func anyChangedByteOfPixelDataIsNoticed(name: String) throws {
    let original = try Fixtures.bytes(name)
    let pixels = try ImageCodec.decode(original, name: name)
    for index in original.indices {
      var data = original
      data[index] ^= 0x41
      // Every chunk carries a checksum; a chunk that lost its name may turn into one to be skipped.
      if let image = try? ImageCodec.decode(data, name: name) { #expect(image == pixels, "byte \(index)") }
    }
  }

  @Test(arguments: ["ycc420.jpg", "ycc422-progressive.jpg", "restart.jpg", "ycck.jpg", "orientation8.jpg"])
  func changedBytesOfJPEGNeverTrap(name: String) throws {
    let original = try Fixtures.bytes(name)
    for index in original.indices {
      for change: UInt8 in [0xFF, 0x41] {
        var data = original
        data[index] ^= change
        do throws(ImageError) {
          _ = try ImageCodec.decode(data, name: name, options: DecodeOptions(maximumPixels: 100_000))
        } catch {
          #expect(error.description.hasPrefix(name + ": "))
        }
      }
    }
  }

  @Test func damageInsideJPEGDataIsAnError() throws {
    var data = try Fixtures.bytes("restart.jpg")
    let restart = try #require(data.firstRange(of: [0xFF, 0xD0]))
    data[restart.lowerBound + 1] = 0xD5
    #expect(
      failure { try ImageCodec.decode(data, name: "a.jpg") }?.description
        == "a.jpg: the JPEG data is damaged: Corrupt JPEG data: found marker 0xd5 instead of RST0")
  }

  @Test func strayBytesAroundJPEGMarkersDoNoHarm() throws {
    let data = try Fixtures.bytes("ycc420.jpg")
    let end = data.count - 2
    let stray: [UInt8] = data[..<end] + [0, 0, 0] + data[end...] + [1, 2, 3]
    #expect(try ImageCodec.decode(stray, name: "a") == ImageCodec.decode(data, name: "a"))
  }

  @Test func endlessScansAreRefused() throws {
    let data = try Fixtures.bytes("ycc444-progressive.jpg")
    let start = try #require(data.firstRange(of: [0xFF, 0xDA])).lowerBound
    let end = try #require(data[start...].firstRange(of: [0xFF, 0xC4])).lowerBound  // the next scan's tables
    let scans = repeatElement(data[start..<end], count: 600).joined()
    let repeated = Array(data[..<end] + scans + data[end...])
    #expect(
      failure { try ImageCodec.decode(repeated, name: "a.jpg") }
        == .corrupt(name: "a.jpg", format: .jpeg, detail: "too many scans"))
  }

  @Test(arguments: ["truncated-ycc420.jpg", "truncated-rgba8.png", "truncated-ycc444-progressive.jpg"])
  func truncatedImagesAreKeptOnlyWhereAsked(name: String) throws {
    let data = try Fixtures.bytes(name)
    guard case .truncated = failure({ try ImageCodec.decode(data, name: name) }) else {
      Issue.record("no error")
      return
    }
    // Every length that holds a header: what is missing is filled, but never the header.
    var kept = 0
    for length in 0...data.count {
      let data = Array(data[..<length])
      do throws(ImageError) {
        let image = try ImageCodec.decode(data, name: name, options: DecodeOptions(truncated: .keep))
        #expect(throws: Never.self) { try ImageCodec.header(of: data, name: name) }
        #expect(image.width * image.height > 1)
        kept += 1
      } catch {
        #expect(kept == 0, "\(length) bytes: \(error)")
      }
    }
    #expect(kept > 30)
  }

  @Test func anImageThatEndsBeforeItsEndMarkerIsCutShort() throws {
    let data = try Fixtures.bytes("truncated-ycc420.jpg") + [0xFF, 0xD9]
    guard case .truncated = failure({ try ImageCodec.decode(data, name: "a.jpg") }) else {
      Issue.record("no error")
      return
    }
  }

  @Test func strayBytesThatLookLikeASegmentCutNothing() throws {
    let data = try Fixtures.bytes("ycc444-progressive.jpg")
    let second = try #require(data.ranges(of: [0xFF, 0xDA]).dropFirst().first).lowerBound
    let tables = try #require(data[..<second].ranges(of: [0xFF, 0xC4]).last).lowerBound
    let stray: [UInt8] = data[..<tables] + [0xFF, 0x00, 0xFF, 0xFF] + data[tables...]
    let whole = try ImageCodec.decode(stray, name: "a.jpg")
    #expect(try ImageCodec.decode(stray, name: "a.jpg", options: DecodeOptions(truncated: .keep)) == whole)
  }

  @Test func memoryIsBoundedBeforeItIsTaken() throws {
    func bytes(_ name: String, channels: Int? = nil) throws -> Int? {
      let error = failure {
        try ImageCodec.decode(
          Fixtures.bytes(name), name: name, options: DecodeOptions(channels: channels, maximumMemory: 1))
      }
      guard case .tooMuchMemory(_, _, _, let bytes, 1) = error else { return nil }
      return bytes
    }
    #expect(try bytes("grey8.png") == 13 * 11)
    #expect(try bytes("grey8.png", channels: 3) == 13 * 11 * 4)
    #expect(try bytes("ycc444.jpg") == 37 * 29 * 3)
    #expect(try bytes("orientation6.jpg") == 19 * 10 * 6)
    // The coefficients of 5 x 4 blocks for each of three components, two bytes each.
    #expect(try bytes("ycc444-progressive.jpg") == 37 * 29 * 3 + 3 * 5 * 4 * 128)
  }

  @Test func hugeImagesAreRefusedBeforeMemoryIsTaken() throws {
    // 2^31 - 1 squared, and 65,500 squared: memory for the first could not even be asked for.
    #expect(
      failure { try ImageCodec.decode(contentsOf: Fixtures.path("huge.png")) }?.description
        .hasSuffix("huge.png: is 2147483647 x 2147483647 pixels, more than the limit of 178956970 pixels")
        == true)
    #expect(
      failure { try ImageCodec.decode(contentsOf: Fixtures.path("huge.jpg")) }?.description
        .hasSuffix("huge.jpg: is 65500 x 65500 pixels, more than the limit of 178956970 pixels") == true)
  }

  @Test func theLimitIsTheLargestSizeAllowed() throws {
    let data = try Fixtures.bytes("grey8.png")  // 13 x 11
    #expect(throws: Never.self) {
      try ImageCodec.decode(data, name: "a", options: DecodeOptions(maximumPixels: 143))
    }
    #expect(
      failure { try ImageCodec.decode(data, name: "a", options: DecodeOptions(maximumPixels: 142)) }
        == .tooManyPixels(name: "a", width: 13, height: 11, limit: 142))
  }

  @Test func libraryTextsComeThrough() throws {
    var png = try Fixtures.bytes("grey8.png")
    png[png.count - 13] ^= 1  // the last byte before the end chunk: the checksum of the data
    #expect(
      failure { try ImageCodec.decode(png, name: "a.png") }?.description
        == "a.png: the PNG data is damaged: IDAT: CRC error")
  }

  @Test(
    arguments: [
      (0xC0, 12, "12-bit JPEG"), (0xC3, 8, "lossless JPEG"), (0xC7, 8, "hierarchical JPEG"),
      (0xF7, 8, "JPEG-LS"),
    ] as [(UInt8, UInt8, String)])
  func kindsOfJPEGThatAreNotRead(marker: UInt8, bits: UInt8, kind: String) throws {
    var data = try Fixtures.bytes("grey.jpg")
    let frame = try #require(data.firstRange(of: [0xFF, 0xC0])).lowerBound
    data[frame + 1] = marker
    data[frame + 4] = bits
    #expect(
      failure { try ImageCodec.decode(data, name: "a.jpg") }?.description
        == "a.jpg: unsupported: \(kind) (expected PNG, or JPEG of 8 bits)")
  }
}

/// The error that a call ends with, or nil if it succeeds.
func failure<Result>(_ call: () throws -> Result) -> ImageError? {
  do {
    _ = try call()
    return nil
  } catch {
    if !(error is ImageError) { Issue.record(error) }
    return error as? ImageError
  }
}
