/// Writes JPEGs (ITU-T T.81) of random coefficients, also of kinds that no encoder writes.
struct JPEGMaker {
  var width = 33
  var height = 27
  /// 1 (grey) or 3 (YCbCr).
  var components = 3
  /// Blocks of luma in an MCU.
  var columns = 2
  var rows = 2
  /// MCUs between restart markers; 0 for none.
  var restartInterval = 0
  /// Step of all coefficients.
  var quantiser = 8
  /// Coefficients of a block, at most, beside the first.
  var coefficients = 12
  /// Digits of the largest coefficient.
  var bits = 4
  /// The first coefficient is -range...range.
  var range = 100
  var seed: UInt64 = 1
  /// 0xC0 (baseline) or 0xC1 (extended).
  var frame: UInt8 = 0xC0

  /// How many codes there are of each length, from 1 on; there are 162 AC symbols and 12 of DC.
  private static let acLengths = [0, 1, 1, 2, 3, 5, 8, 12, 16, 20, 20, 20, 20, 18, 10, 6]
  private static let dcLengths = [0, 0, 3, 4, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
  private static let acSymbols: [UInt8] =
    [0x00, 0xF0]
    + (1...10).flatMap { size in (0..<16).map { run in UInt8(run << 4 | size) } }

  /// The whole file.
  func data() -> [UInt8] {
    var bytes: [UInt8] = [0xFF, 0xD8]
    bytes += segment(0xDB, [0] + [UInt8](repeating: UInt8(quantiser), count: 64))
    let size = [height >> 8, height & 255, width >> 8, width & 255].map(UInt8.init)
    var frameContent: [UInt8] = [8] + size + [UInt8(components)]
    for index in 0..<components {
      let factors = index == 0 ? UInt8(columns << 4 | rows) : 0x11
      frameContent += [UInt8(index + 1), factors, 0]
    }
    bytes += segment(frame, frameContent)
    bytes += segment(0xC4, [0x00] + Self.dcLengths.map(UInt8.init) + (0..<12).map { $0 })
    bytes += segment(0xC4, [0x10] + Self.acLengths.map(UInt8.init) + Self.acSymbols)
    if restartInterval > 0 {
      bytes += segment(0xDD, [UInt8(restartInterval >> 8), UInt8(restartInterval & 255)])
    }
    var scan: [UInt8] = [UInt8(components)]
    for index in 0..<components { scan += [UInt8(index + 1), 0x00] }
    bytes += segment(0xDA, scan + [0, 63, 0])
    return bytes + scanData() + [0xFF, 0xD9]
  }

  private func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 255)] + content
  }

  private func scanData() -> [UInt8] {
    var writer = BitWriter()
    var random = Numbers(state: seed)
    let (dc, ac) = (codes(Self.dcLengths, (0..<12).map { $0 }), codes(Self.acLengths, Self.acSymbols))
    // A component alone comes block by block, whatever its factors.
    let (across, down) = components == 1 ? (1, 1) : (columns, rows)
    let columnCount = (width + 8 * across - 1) / (8 * across)
    let rowCount = (height + 8 * down - 1) / (8 * down)
    var predictors = [0, 0, 0]
    for mcu in 0..<columnCount * rowCount {
      if restartInterval > 0, mcu > 0, mcu % restartInterval == 0 {
        writer.finish()
        writer.bytes += [0xFF, 0xD0 + UInt8((mcu / restartInterval - 1) % 8)]
        predictors = [0, 0, 0]
      }
      for component in 0..<components {
        for _ in 0..<(component == 0 ? across * down : 1) {
          let value = random.below(2 * range + 1) - range
          writer.put(value - predictors[component], after: { dc[Int($0)] })
          predictors[component] = value
          putCoefficients(&writer, &random, ac)
        }
      }
    }
    writer.finish()
    return writer.bytes
  }

  private func putCoefficients(_ writer: inout BitWriter, _ random: inout Numbers, _ ac: [Code]) {
    var place = 0
    // Blocks with one coefficient only are common in photographs.
    let wanted = random.below(3) == 0 ? 0 : random.below(coefficients + 1)
    for _ in 0..<wanted {
      var run = random.below(8) == 0 ? random.below(40) : random.below(3)
      if place + run + 1 > 63 { break }
      place += run + 1
      while run > 15 {
        writer.put(ac[0xF0])
        run -= 16
      }
      let size = 1 + random.below(bits)
      let magnitude = 1 << (size - 1) | random.below(1 << (size - 1))
      writer.put(random.below(2) == 0 ? magnitude : -magnitude) { ac[run << 4 | Int($0)] }
    }
    if place < 63 { writer.put(ac[0x00]) }
  }

  private func codes(_ lengths: [Int], _ symbols: [UInt8]) -> [Code] {
    var codes = [Code](repeating: Code(bits: 0, count: 0), count: 256)
    var (code, next) = (0, 0)
    for (index, count) in lengths.enumerated() {
      for _ in 0..<count {
        codes[Int(symbols[next])] = Code(bits: code, count: index + 1)
        (code, next) = (code + 1, next + 1)
      }
      code <<= 1
    }
    return codes
  }
}

private struct Code {
  let bits: Int
  let count: Int
}

private struct BitWriter {
  var bytes: [UInt8] = []
  private var pending = 0
  private var count = 0

  mutating func put(_ code: Code) {
    for place in (0..<code.count).reversed() {
      pending = pending << 1 | (code.bits >> place & 1)
      count += 1
      guard count == 8 else { continue }
      bytes.append(UInt8(pending))
      if pending == 0xFF { bytes.append(0) }
      (pending, count) = (0, 0)
    }
  }

  /// A number (F.1.2.1) behind the code of its size.
  mutating func put(_ value: Int, after code: (UInt8) -> Code) {
    let size = Int.bitWidth - value.magnitude.leadingZeroBitCount
    put(code(UInt8(size)))
    put(Code(bits: value < 0 ? value - 1 + (1 << size) : value, count: size))
  }

  /// Ones up to a whole byte.
  mutating func finish() {
    while count > 0 { put(Code(bits: 1, count: 1)) }
  }
}

/// A linear congruential generator (Knuth's MMIX).
struct Numbers {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}
