import CPixels
import Testing

/// Filters and JPEG's loss: every level gives the bytes of the plain loops, whatever the size.
@Suite struct FilterLevelTests {
  /// Width, height, channels.
  static let shapes = [
    [1, 1, 3], [2, 3, 1], [17, 5, 3], [21, 9, 4], [70, 3, 1], [33, 20, 3], [48, 16, 3],
  ]

  private func noise(_ count: Int) -> [UInt8] {
    var word: UInt32 = 999
    return (0..<count).map { _ in
      word = word &* 1_664_525 &+ 1_013_904_223
      return UInt8(word >> 24)
    }
  }

  /// Every level up to that of this processor.
  private var levels: [cp_level] {
    [CP_PORTABLE, CP_AVX2, CP_AVX512].filter { $0.rawValue <= cp_best_level().rawValue }
  }

  private func filtered(
    _ shape: [Int], radius: Int, level: cp_level,
    _ filter: (cp_level, UnsafePointer<cp_filter_task>, UnsafeMutableRawPointer?) -> Void
  ) -> [UInt8] {
    let source = noise(shape[0] * shape[1] * shape[2])
    // A byte more, which nothing may touch.
    var target = [UInt8](repeating: 7, count: source.count + 1)
    source.withUnsafeBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        var task = cp_filter_task(
          source: source.baseAddress, target: target.baseAddress, channels: Int32(shape[2]),
          width: Int32(shape[0]), height: Int32(shape[1]))
        let bytes = cp_filter_scratch_bytes(&task, Int32(radius))
        withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 16) {
          filter(level, &task, $0.baseAddress)
        }
      }
    }
    #expect(target.last == 7)
    return target
  }

  private func same(
    _ shape: [Int], radius: Int,
    _ filter: (cp_level, UnsafePointer<cp_filter_task>, UnsafeMutableRawPointer?) -> Void
  ) {
    let expected = filtered(shape, radius: radius, level: CP_PORTABLE, filter)
    for level in levels { #expect(filtered(shape, radius: radius, level: level, filter) == expected) }
  }

  @Test(arguments: shapes) func filters(shape: [Int]) {
    for radius: Int32 in [1, 2, 7] { same(shape, radius: Int(radius)) { cp_box($0, $1, radius, $2) } }
    for radius: Int32 in 1...3 { same(shape, radius: Int(radius)) { cp_median($0, $1, radius, $2) } }
    same(shape, radius: 2) { cp_separable($0, $1, 2, [100, 60, 18], [25600, 15360, 4608], $2) }
    if shape[0] > 2, shape[1] > 2 {
      same(shape, radius: 1) { level, task, _ in cp_sharpen(level, task, -0.7) }
    }
    let (across, down): ([Int32], [Int32]) = ([0, 1, -2, 2, 0], [0, 0, 2, -1, -2])
    let weights: [UInt32] = [1 << 18, (1 << 18) - 5, 5]
    across.withUnsafeBufferPointer { across in
      down.withUnsafeBufferPointer { down in
        weights.withUnsafeBufferPointer { weights in
          var list = cp_taps(
            count: 5, equal: 2, across: across.baseAddress, down: down.baseAddress, equal_weight: 1 << 18,
            weights: weights.baseAddress)
          same(shape, radius: 2) { cp_weigh_taps($0, $1, &list, 2, $2) }
        }
      }
    }
  }

  /// The mean of any square, rounded to nearest, whatever the sum.
  @Test(arguments: 1...7) func boxesAreExactMeans(radius: Int) {
    let (width, height) = (40, 2 * radius + 1)
    let source = noise(width * height)
    let result = filtered([width, height, 1], radius: radius, level: cp_best_level()) {
      cp_box($0, $1, Int32(radius), $2)
    }
    for x in radius..<width - radius {
      var sum = 0
      for y in 0..<height { for i in x - radius...x + radius { sum += Int(source[y * width + i]) } }
      let count = height * height
      #expect(Int(result[radius * width + x]) == (2 * sum + count) / (2 * count))
    }
  }

  @Test(arguments: shapes) func losesLikeJPEG(shape: [Int]) {
    let luma = (0..<64).map { UInt16(1 + $0 * 4) }
    let chroma = (0..<64).map { UInt16(255 - $0) }
    func lost(_ level: cp_level) -> [UInt8] {
      var pixels = noise(shape[0] * shape[1] * shape[2])
      let bytes = cp_jpeg_scratch_bytes(Int32(shape[0]), Int32(shape[1]))
      withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 16) {
        cp_jpeg(
          level, &pixels, Int32(shape[2]), Int32(shape[0]), Int32(shape[1]), luma, chroma, $0.baseAddress)
      }
      return pixels
    }
    for level in levels { #expect(lost(level) == lost(CP_PORTABLE)) }
  }
}
