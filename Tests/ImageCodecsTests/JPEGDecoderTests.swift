import CImageCodecs
import Foundation
import ImageCodecs
import Pixels
import Synchronization
import TestSupport
import Testing

/// Our own decoder of JPEGs gives libjpeg's pixels, and leaves to it what is not in order.
@Suite struct JPEGDecoderTests {
  /// What a decoder makes of data: the pixels of a region, or how it fails, and who has decoded.
  private struct Outcome: Equatable {
    var status = CImageStatus.ok
    var message = ""
    var pixels: [UInt8] = []
  }

  private func decode(
    _ data: [UInt8], with decoder: CImageJPEGDecoder, region: CImageRegion? = nil, keeping: Bool = false
  ) throws -> (outcome: Outcome, used: CImageJPEGDecoder) {
    var text = [CChar](repeating: 0, count: 256)
    var outcome = Outcome()
    var used = CImageJPEGDecoder.library
    data.withUnsafeBufferPointer { bytes in
      var reader: OpaquePointer?
      var info = CImageInfo()
      outcome.status = cimage_jpeg_open(bytes.baseAddress, bytes.count, &reader, &info, &text, text.count)
      guard outcome.status == .ok else { return }
      cimage_jpeg_choose(reader, decoder)
      if keeping { cimage_jpeg_keep_truncated(reader) }
      let wanted = region ?? CImageRegion(x: 0, y: 0, width: info.width, height: info.height)
      outcome.pixels = [UInt8](repeating: 7, count: Int(wanted.width * wanted.height * info.channels))
      outcome.status = cimage_jpeg_read(reader, wanted, &outcome.pixels, &text, text.count)
      used = cimage_jpeg_used(reader)
      cimage_jpeg_close(reader)
    }
    outcome.message = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    if outcome.status != .ok { outcome.pixels = [] }
    return (outcome, used)
  }

  /// Every decoder that this processor has.
  private static let own: [CImageJPEGDecoder] = [.portable, .AVX2, .AVX512].filter {
    $0 == .portable || $0.rawValue <= cimage_jpeg_best_decoder().rawValue
  }

  /// Checks that all decoders agree, and who decodes.
  private func check(
    _ data: [UInt8], isOwn: Bool?, region: CImageRegion? = nil, _ comment: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try decode(data, with: .library, region: region)
    #expect(expected.used == .library)
    for decoder in Self.own {
      let result = try decode(data, with: decoder, region: region)
      #expect(result.outcome == expected.outcome, "\(comment), \(decoder)", sourceLocation: location)
      if let isOwn {
        #expect(result.used == (isOwn ? decoder : .library), "\(comment)", sourceLocation: location)
      }
    }
  }

  private static let samplings = [(1, 1), (2, 1), (1, 2), (2, 2)]

  @Test(arguments: 0..<4) func everySizeIsThatOfLibjpeg(sampling: Int) throws {
    let (columns, rows) = Self.samplings[sampling]
    for side in 1...65 {
      for (width, height) in [(side, 66 - side), (side, 3), (67, side)] {
        let maker = JPEGMaker(
          width: width, height: height, columns: columns, rows: rows,
          seed: UInt64(width * 100 + height))
        // Chroma of one or two columns is not interpolated.
        try check(maker.data(), isOwn: columns == 1 || width > 4, "\(width)x\(height)")
      }
    }
  }

  @Test(arguments: [(1, 1), (2, 2), (1, 2), (4, 3)]) func greyIsThatOfLibjpeg(columns: Int, rows: Int) throws
  {
    for width in 1...40 {
      let maker = JPEGMaker(
        width: width, height: 1 + width * 7 % 31, components: 1, columns: columns, rows: rows,
        coefficients: 30, seed: UInt64(width))
      try check(maker.data(), isOwn: true, "\(width)")
    }
  }

  /// From one block to coefficients that overflow on their way.
  @Test(arguments: [1, 2, 16, 99, 255], [2, 6, 9]) func everyCoefficientIsThatOfLibjpeg(
    quantiser: Int, bits: Int
  ) throws {
    for seed in 1...12 {
      let (columns, rows) = Self.samplings[seed % 4]
      let maker = JPEGMaker(
        width: 50, height: 40, columns: columns, rows: rows, restartInterval: seed % 3,
        quantiser: quantiser, coefficients: 5 * seed, bits: bits, range: 1000 / quantiser,
        seed: UInt64(seed), frame: seed % 2 == 0 ? 0xC0 : 0xC1)
      try check(maker.data(), isOwn: nil, "\(seed)")
    }
  }

  @Test(arguments: 0..<4) func regionsAreThoseOfLibjpeg(sampling: Int) throws {
    let (columns, rows) = Self.samplings[sampling]
    var random = Numbers(state: 5)
    for round in 0..<60 {
      let maker = JPEGMaker(
        width: 5 + random.below(300), height: 1 + random.below(90), columns: columns, rows: rows,
        restartInterval: random.below(4) * 5, seed: UInt64(round))
      let (x, y) = (random.below(maker.width), random.below(maker.height))
      let region = CImageRegion(
        x: UInt32(x), y: UInt32(y), width: UInt32(1 + random.below(maker.width - x)),
        height: UInt32(1 + random.below(maker.height - y)))
      try check(maker.data(), isOwn: true, region: region, "\(maker.width)x\(maker.height), \(region)")
    }
  }

  /// One error anywhere: who decodes may differ, what comes of it does not.
  @Test(arguments: 0..<4) func damageIsLeftToLibjpeg(sampling: Int) throws {
    let (columns, rows) = Self.samplings[sampling]
    var random = Numbers(state: 9)
    let maker = JPEGMaker(width: 70, height: 50, columns: columns, rows: rows, restartInterval: 3 * sampling)
    let data = maker.data()
    let region = CImageRegion(x: 20, y: 17, width: 30, height: 13)
    for _ in 0..<150 {
      var damaged = data
      damaged[2 + random.below(data.count - 2)] = UInt8(random.below(256))
      try check(damaged, isOwn: nil, "damaged")
      try check(damaged, isOwn: nil, region: region, "damaged")
      try check(Array(data.prefix(random.below(data.count))), isOwn: nil, "cut")
    }
  }

  /// Threads keep memory and tables of their own from image to image.
  @Test func threadsDoNotMeet() throws {
    let files = (1...8).map { seed in
      JPEGMaker(width: 40 * seed, height: 30, columns: 1 + seed % 2, rows: 1, seed: UInt64(seed)).data()
    }
    let expected = try files.map { try decode($0, with: .library).outcome }
    let failures = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 64) { index in
      let outcome = try? decode(files[index % 8], with: cimage_jpeg_best_decoder()).outcome
      if outcome != expected[index % 8] { failures.withLock { $0 += 1 } }
    }
    #expect(failures.withLock { $0 } == 0)
  }

  @Test func theDecoderIsNamed() {
    let names = [CImageJPEGDecoder.library: "JPEG: libjpeg", .AVX2: "AVX2", .AVX512: "AVX-512"]
    #expect(ImageCodec.jpegDecoder.contains(names[cimage_jpeg_best_decoder()] ?? "?"))
  }

  @Test func whatIsCutShortIsLeftToLibjpeg() throws {
    let data = JPEGMaker(width: 70, height: 50).data()
    for length in [data.count - 1, data.count - 2, data.count - 3, data.count / 2 + 100] {
      let cut = Array(data.prefix(length))
      try check(cut, isOwn: false, "\(length)")
      let expected = try decode(cut, with: .library, keeping: true)
      let result = try decode(cut, with: cimage_jpeg_best_decoder(), keeping: true)
      #expect(result.outcome == expected.outcome && result.used == .library)
    }
  }

  @Test func whatIsUnusualIsLeftToLibjpeg() throws {
    let data = JPEGMaker(restartInterval: 2).data()
    try check(data, isOwn: true, "as it is")
    let end = data.count - 2
    try check(data[..<end] + [0, 0, 0xFF, 0xD9], isOwn: false, "bytes in front of the end")
    try check(data[..<end] + [0xFF, 0xFF, 0xD9], isOwn: false, "a fill byte in front of the end")
    try check(data[..<end] + [0xFF, 0xFE, 0, 2, 0xFF, 0xD9], isOwn: false, "a segment in front of the end")
    try check(data + [1, 2, 3], isOwn: true, "bytes behind the end")
    let restart = try #require(data.indices.last { data[$0] == 0xFF && data[$0 + 1] & 0xF8 == 0xD0 })
    var other = data
    other[restart + 1] ^= 1
    try check(other, isOwn: false, "a restart marker out of order")
    other = data
    other.remove(at: restart)
    other.remove(at: restart)
    try check(other, isOwn: false, "no restart marker")
  }

  @Test(
    arguments: try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("")).filter {
      $0.hasSuffix(".jpg") && $0 != "huge.jpg"
    }.sorted())
  func fixturesAreThoseOfLibjpeg(name: String) throws {
    let others = [
      "arithmetic", "progressive", "cmyk", "ycck", "410", "411", "441", "mixed", "rgb", "truncated",
    ]
    try check(Fixtures.bytes(name), isOwn: !others.contains { name.contains($0) }, name)
  }

  @Test(arguments: 1...100) func everyQualityIsThatOfLibjpeg(quality: Int) throws {
    var image = PixelBuffer(width: 45, height: 37, channels: quality % 4 == 0 ? 1 : 3)
    var random = Numbers(state: UInt64(quality))
    for index in image.bytes.indices {
      image.bytes[index] = UInt8((index / 3 % 45 * 4 + random.below(70)) % 256)
    }
    try check(ImageCodec.encodeJPEG(image, quality: quality), isOwn: true, "\(quality)")
  }
}
