import CPixels
import Testing

/// Bicubic and nearest warps: every level gives the bytes of the plain loops, and those copy what they should.
@Suite struct WarpLevelTests {
  private func noise(_ count: Int) -> [UInt8] {
    (0..<count).map { (index: Int) -> UInt8 in
      let value: Int = index * 167 + (index >> 3) * 59
      return UInt8(truncatingIfNeeded: value)
    }
  }

  /// Columns and rows of 40 positions, with 24 fraction bits.
  private func positions(from start: Double, by step: Double) -> [Int64] {
    (0..<40).map { (index: Int) -> Int64 in
      let place: Double = start + Double(index) * step
      return Int64(place * 0x1p24)
    }
  }

  static let lines: [[Double]] = [[1, 1, 0.5, 0.4], [20.9, 16.9, -0.6, -0.5], [3.3, 9.2, 1, 0]]

  @Test(arguments: [1, 3, 4], lines) func bicubic(channels: Int, line: [Double]) {
    let source = noise(23 * 19 * channels)
    // Weights that tell their places apart.
    let four: [Int16] = [-100, 900, 1400, -152]
    let weights = (0..<2048).flatMap { step in four.map { $0 + Int16(step % 7) } }
    let (x, y) = (positions(from: line[0], by: line[2]), positions(from: line[1], by: line[3]))
    for count in [0, 1, 2, 11, 40] {
      func run(_ level: cp_level) -> [UInt8] {
        var target = [UInt8](repeating: 5, count: 40 * channels)
        let done = source.withUnsafeBufferPointer { source in
          var image = cp_warp_source(
            source: source.baseAddress, channels: Int32(channels), width: 23, height: 19)
          return cp_warp_bicubic(level, &image, weights, x, y, count, &target)
        }
        // What follows the run is left alone.
        #expect(target[(count * channels)...].allSatisfy { $0 == 5 })
        return Array(target[..<(done * channels)])
      }
      #expect(run(cp_best_level()) == run(CP_PORTABLE))
    }
  }

  @Test(arguments: [1, 3, 4], lines) func nearest(channels: Int, line: [Double]) {
    let source = noise(23 * 19 * channels)
    let (x, y) = (positions(from: line[0], by: line[2]), positions(from: line[1], by: line[3]))
    var target = [UInt8](repeating: 5, count: 40 * channels)
    let done = source.withUnsafeBufferPointer { source in
      var image = cp_warp_source(source: source.baseAddress, channels: Int32(channels), width: 23, height: 19)
      return cp_warp_nearest(&image, x, y, 40, &target)
    }
    #expect(done > 0)
    for i in 0..<done {
      let column = Int((Double(x[i]) / 0x1p24).rounded())
      let row = Int((Double(y[i]) / 0x1p24).rounded())
      let start = (row * 23 + column) * channels
      let expected = Array(source[start..<start + channels])
      #expect(Array(target[i * channels..<(i + 1) * channels]) == expected)
    }
  }
}
