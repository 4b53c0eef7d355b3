import CPixels
import Testing

/// Where a warp's pixels come from: every level gives the numbers of the plain loops.
@Suite struct PositionLevelTests {
  private let count = 37

  /// Every level up to that of this processor.
  private var levels: [cp_level] {
    [CP_PORTABLE, CP_AVX2, CP_AVX512].filter { $0.rawValue <= cp_best_level().rawValue }
  }

  private func doubles(_ body: (inout [Double], inout [Double]) -> Void) -> [[Double]] {
    var x = (0..<count).map { Double($0) * 1.7 - 9 }
    var y = (0..<count).map { Double($0 * $0) * 0.31 - 20 }
    body(&x, &y)
    return [x, y]
  }

  @Test func projects() {
    // Its horizon runs through the places.
    var map = cp_projection(
      xx: 1.1, xy: -0.2, x0: 3, yx: 0.3, yy: 0.9, y0: -2, wx: -0.05, wy: 0.001, w0: 1, left: -7.5, top: -4)
    let run = { level in doubles { x, y in cp_positions_project(level, &map, &x, &y, x.count) } }
    let expected = run(CP_PORTABLE)
    #expect(expected[0].contains { $0 < -0x1p25 } && expected[0].contains { abs($0) < 100 })
    for level in levels { #expect(run(level) == expected) }
  }

  @Test func bendsLikeALens() {
    let run = { level in
      doubles { x, y in cp_positions_lens(level, &x, &y, x.count, 37, 21, 4, 0.3) }
    }
    let expected = run(CP_PORTABLE)
    #expect(abs(expected[0][18] - 18) < 1e-9)
    for level in levels { #expect(run(level) == expected) }
  }

  @Test func settlesAndSteps() {
    let places = doubles { x, y in (x[3], y[4], x[5]) = (1e12, -1e12, 0x1.0000018p0) }
    func settled(_ level: cp_level) -> [[Int64]] {
      var (x, y) = ([Int64](repeating: 0, count: count), [Int64](repeating: 0, count: count))
      cp_positions_settle(level, places[0], places[1], count, &x, &y)
      return [x, y]
    }
    func stepped(_ level: cp_level) -> [[Int64]] {
      var (x, y) = ([Int64](repeating: 0, count: count), [Int64](repeating: 0, count: count))
      cp_positions_line(level, &x, &y, count, -(5 << 24), 1 << 50, 77, -3)
      return [x, y]
    }
    let expected = settled(CP_PORTABLE)
    #expect(expected[0][3] == 1 << 50 && expected[1][4] == -(1 << 50))
    // Half a unit goes to the even neighbour.
    #expect(expected[0][5] == (1 << 24) + 2)
    #expect(stepped(CP_PORTABLE)[0][36] == -(5 << 24) + 36 * 77)
    for level in levels {
      #expect(settled(level) == expected)
      #expect(stepped(level) == stepped(CP_PORTABLE))
    }
  }

  @Test func countsPositionsOutside() {
    var image = cp_warp_source(source: nil, channels: 3, width: 10, height: 8)
    let one: Int64 = 1 << 24
    // Far left, then the last place outside, then one between the image and its border.
    for before in [0, 1, 7, 8, 9, 30] {
      let x = [Int64](repeating: -5 * one, count: before) + [-one, 0]
      let y = [Int64](repeating: 3 * one, count: before + 2)
      for level in levels { #expect(cp_warp_outside(level, &image, x, y, x.count) == before) }
      let below = [Int64](repeating: 8 * one, count: before + 2)
      for level in levels { #expect(cp_warp_outside(level, &image, x, below, x.count) == before + 2) }
    }
  }
}
