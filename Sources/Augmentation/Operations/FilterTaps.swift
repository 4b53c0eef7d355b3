/// The places relative to a pixel that a filter looks at, and their weights, in 20 fraction bits, whose sum is one.
struct FilterTaps {
  /// Columns and rows relative to the pixel. The first ``equalCount`` have the same weight.
  private(set) var across: [Int32] = []
  private(set) var down: [Int32] = []
  private(set) var equalCount = 0
  private(set) var equalWeight: UInt32 = 0
  /// The weights of the others.
  private(set) var weights: [UInt32] = []
  /// How far away a place may be.
  private(set) var radius = 0

  private static let one = Double(1 << 20)

  /// A disk, whose edge pixels weigh how far they reach into it.
  init(diskOfRadius reach: Double) {
    let radius = Int(reach.rounded(.up))
    var edge: [(x: Int, y: Int, weight: Double)] = []
    for y in -radius...radius {
      for x in -radius...radius {
        let inside = reach + 0.5 - Double(x * x + y * y).squareRoot()
        if inside >= 1 {
          across.append(Int32(x))
          down.append(Int32(y))
        } else if inside > 0 {
          edge.append((x, y, inside))
        }
      }
    }
    equalCount = across.count
    let sum = Double(equalCount) + edge.reduce(0) { $0 + $1.weight }
    equalWeight = UInt32((Self.one / sum).rounded())
    append(edge, total: Self.one - Double(equalWeight) * Double(equalCount))
  }

  /// A line through the pixel, in steps of an eighth of a pixel, each shared out among the four pixels around it.
  init(lineOfLength length: Double, degrees: Double) {
    let (stepX, stepY) = (cosine(degrees: degrees), -sine(degrees: degrees))
    let reach = (length - 1) / 2
    let steps = max(1, Int((8 * reach).rounded(.up)))
    let radius = Int(reach.rounded(.up)) + 1
    let side = 2 * radius + 1
    var shares = [Double](repeating: 0, count: side * side)
    for step in -steps...steps {
      let distance = reach * Double(step) / Double(steps)
      let (x, y) = (distance * stepX + Double(radius), distance * stepY + Double(radius))
      let (left, upper) = (x.rounded(.down), y.rounded(.down))
      let (right, lower) = (x - left, y - upper)
      for (row, partY) in [(Int(upper), 1 - lower), (Int(upper) + 1, lower)] where row < side {
        for (column, partX) in [(Int(left), 1 - right), (Int(left) + 1, right)] where column < side {
          shares[row * side + column] += partX * partY
        }
      }
    }
    // What sine and cosine round must not add pixels.
    append(
      shares.indices.filter { shares[$0] > 1e-9 }.map {
        ($0 % side - radius, $0 / side - radius, shares[$0])
      }, total: Self.one)
  }

  /// Adds places whose weights are in proportion and add up to a total, what is rounded off passed on to the next.
  private mutating func append(_ places: [(x: Int, y: Int, weight: Double)], total: Double) {
    let sum = places.reduce(0) { $0 + $1.weight }
    var (used, seen) = (0.0, 0.0)
    for place in places {
      seen += place.weight
      let upTo = (total * seen / sum).rounded()
      across.append(Int32(place.x))
      down.append(Int32(place.y))
      weights.append(UInt32(max(0, upTo - used)))
      used = upTo
    }
    radius = Int(max(across.map(abs).max() ?? 0, down.map(abs).max() ?? 0))
  }
}
