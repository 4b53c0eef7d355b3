import CPixels
import Testing

/// Changes of pixels by themselves: every level gives the bytes of the plain loops, in place and from one memory to
/// another.
@Suite struct PixelLevelTests {
  private typealias Change = (cp_level, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void

  /// Values that differ from each other, the same in every run.
  private func noise(_ count: Int) -> [UInt8] {
    var word: UInt32 = 12345
    return (0..<count).map { _ in
      word = word &* 1_664_525 &+ 1_013_904_223
      return word >> 29 == 0 ? 255 : UInt8(word >> 24)
    }
  }

  /// Every level up to that of this processor.
  private var levels: [cp_level] {
    [CP_PORTABLE, CP_AVX2, CP_AVX512].filter { $0.rawValue <= cp_best_level().rawValue }
  }

  private func inPlace(_ values: [UInt8], _ level: cp_level, _ change: Change) -> [UInt8] {
    var values = values
    values.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { change(level, UnsafePointer(start), start) }
    }
    return values
  }

  private func apart(_ values: [UInt8], _ level: cp_level, _ change: Change) -> [UInt8] {
    // A byte more, which nothing may touch.
    var target = [UInt8](repeating: 7, count: values.count + 1)
    values.withUnsafeBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        if let source = source.baseAddress, let target = target.baseAddress { change(level, source, target) }
      }
    }
    #expect(target.last == 7)
    return Array(target.dropLast())
  }

  private func same(_ values: [UInt8], _ change: Change) {
    let expected = inPlace(values, CP_PORTABLE, change)
    for level in levels {
      #expect(inPlace(values, level, change) == expected)
      #expect(apart(values, level, change) == expected)
    }
  }

  @Test(arguments: [1, 3, 4]) func mirrors(channels: Int) {
    for width in [1, 2, 15, 16, 17, 31, 32, 33, 39, 40, 41, 64, 100] {
      let source = noise(width * 2 * channels)
      let mirror: Change = { cp_mirror($0, $1, $2, width, 2, Int32(channels)) }
      let result = inPlace(source, CP_PORTABLE, mirror)
      for x in 0..<width {
        for c in 0..<channels {
          #expect(result[x * channels + c] == source[(width - 1 - x) * channels + c])
        }
      }
      same(source, mirror)
    }
  }

  @Test(arguments: [3, 4], [1, 7, 8, 16, 63, 64, 130, 1500]) func colours(channels: Int, count: Int) {
    // Greys, and colours of which two channels are equal, among others.
    var source = noise(count * channels)
    for pixel in stride(from: 0, to: count, by: 3) { source[pixel * channels + 1] = source[pixel * channels] }
    for pixel in stride(from: 0, to: count, by: 6) { source[pixel * channels + 2] = source[pixel * channels] }
    let tables = noise(768)
    let wide = Int32(channels)
    same(source) { cp_look_up($0, $1, $2, count * channels, tables) }
    same(source) { cp_look_up_channels($0, $1, $2, count, wide, tables) }
    for sixths: Int32 in [0, 1, 65536, 70000, 200_000, 6 << 16] {
      same(source) { cp_turn_hue($0, $1, $2, count, wide, sixths) }
    }
    for ratio: Int32 in [0, 30000, 65536, 110_000, 100 << 16] {
      same(source) { cp_saturate($0, $1, $2, count, wide, ratio) }
    }
    same(source) { cp_shift_hsv($0, $1, $2, count, wide, -1.3, 0.2, -20) }
    for order: [UInt8] in [[1, 2, 0], [2, 1, 0], [0, 0, 1]] {
      same(source) { cp_reorder($0, $1, $2, count, wide, order) }
    }
    let row: (Int32, Int32, Int32) = (1_253_678, 2_462_057, 478_151)
    let other: (Int32, Int32, Int32) = (4_194_304, 127, 128)
    for weights in [
      cp_colour_weights(weights: (row, row, row), bias: 0, bits: 22),
      cp_colour_weights(weights: (row, other, (0, 65535, 32768)), bias: 99, bits: 20),
    ] {
      same(source) { level, from, to in
        withUnsafePointer(to: weights) { cp_weigh_colours(level, from, to, count, wide, $0) }
      }
    }
    for level in levels {
      #expect(
        cp_grey_sum(level, source, count, wide, tables)
          == cp_grey_sum(CP_PORTABLE, source, count, wide, tables))
      #expect(
        cp_grey_sum(level, source, count, wide, nil) == cp_grey_sum(CP_PORTABLE, source, count, wide, nil))
    }
  }

  @Test func tablesAreLookedUpByChannel() {
    let pixels: [UInt8] = [1, 1, 1, 9, 255, 0, 7, 9]
    let tables = (0..<768).map { UInt8(truncatingIfNeeded: $0 / 256 * 50 + $0 % 256) }
    let result = apart(pixels, CP_PORTABLE) { cp_look_up_channels($0, $1, $2, 2, 4, tables) }
    #expect(result == [1, 51, 101, 9, 255, 50, 107, 9])
  }

  @Test func coloursAreWeighedAndReordered() {
    var weights = cp_colour_weights(weights: ((1, 2, 3), (256, 0, 0), (0, 0, 256)), bias: 255, bits: 8)
    #expect(
      apart([10, 20, 250, 9], CP_PORTABLE) { cp_weigh_colours($0, $1, $2, 1, 4, &weights) } == [
        4, 10, 250, 9,
      ])
    #expect(
      apart([10, 20, 250, 9], CP_PORTABLE) { cp_reorder($0, $1, $2, 1, 4, [2, 0, 1]) } == [250, 10, 20, 9])
  }
}
