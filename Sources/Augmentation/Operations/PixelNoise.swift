internal import CPixels

// Noise that is drawn for every value or pixel from a key of its own, so that a plan makes the same noise again.
// Alpha stays.
extension PixelBuffer {
  /// Replaces every value by a function of it and of a standard normal number, rounded and cut to 0...255.
  mutating func drawLevels(key: UInt32, _ value: (Int, Double) -> Double) {
    let quantiles = NormalQuantiles.all
    drawLevels(key: key) { level, row in
      for index in row.indices {
        row[index] = UInt8(min(max(value(level, quantiles[index]).rounded(), 0), 255))
      }
    }
  }

  /// Replaces every value by a Poisson number of the same mean, of so many photons for 255.
  mutating func drawPhotons(of photons: Double, key: UInt32) {
    drawLevels(key: key) { level, row in
      let mean = photons * Double(level) / 255
      var (count, probability) = (0, exponential(-mean))
      var below = probability
      for index in row.indices {
        let quantile = (Double(index) + 0.5) / Double(row.count)
        while below < quantile {
          count += 1
          probability *= mean / Double(count)
          below += probability
          // Beyond all that is drawn sums no longer grow.
          if probability < 1e-18, Double(count) > mean { below = 1 }
        }
        row[index] = UInt8(min((255 * Double(count) / photons).rounded(), 255))
      }
    }
  }

  /// Replaces a share of the pixels by white or black ones: distances between them are geometric.
  mutating func sprinkle(_ share: Double, key: UInt32) {
    if share <= 0 { return }
    var stream = Self.noise(key)
    let (channels, colors, count) = (channels, min(channels, 3), width * height)
    let rarity = share < 1 ? logarithm(1 - share) : -.infinity
    unshare()
    var bytes = self.bytes.mutableSpan
    var pixel = 0
    while true {
      let gap = logarithm(1 - stream.unit()) / rarity
      // Compared before it becomes a whole number: with a tiny share a gap may be anything.
      guard gap < Double(count - pixel) else { return }
      pixel += Int(gap)
      let value: UInt8 = stream.chance(0.5) ? 255 : 0
      for channel in 0..<colors { bytes[pixel * channels + channel] = value }
      pixel += 1
      if pixel >= count { return }
    }
  }

  private static func noise(_ key: UInt32) -> RandomStream {
    RandomStream(SampleKey(seed: UInt64(key), sample: 0), path: "noise")
  }

  /// - Parameter fill: writes for a level the value of each of 1024 equally likely draws.
  private mutating func drawLevels(key: UInt32, fill: (Int, inout MutableSpan<UInt8>) -> Void) {
    let draws = Self.noise(key).philox
    let (size, channels) = (width * height, channels)
    var used = InlineArray<256, Bool>(repeating: false)
    for index in bytes.indices { used[Int(bytes[index])] = true }
    replace(width: width, height: height, scratchBytes: 256 * NormalQuantiles.count) {
      source, target, scratch in
      for level in 0..<256 where used[level] {
        let row = UnsafeMutableBufferPointer(
          rebasing: scratch[level * NormalQuantiles.count..<(level + 1) * NormalQuantiles.count])
        var span = row.mutableSpan
        fill(level, &span)
      }
      _ = target.update(fromContentsOf: source)
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 5) { words in
        for (index, word) in [draws.key.x, draws.key.y, draws.counter.x, draws.counter.y, draws.counter.z]
          .enumerated()
        { words[index] = word }
        guard let start = words.baseAddress else { return }
        cp_draw_levels(
          PixelKernels.level, target.baseAddress, size * channels, start, start + 2, scratch.baseAddress)
      }
      if channels == 4 {
        for index in stride(from: 3, to: target.count, by: 4) { target[index] = source[index] }
      }
    }
  }
}

/// Equally likely values of a standard normal number.
enum NormalQuantiles {
  /// How many: ten bits draw one.
  static let count = 1024

  /// The middle of each class, spread so that the variance is 1.
  static let all: [Double] = {
    let middles = (0..<count).map { quantile((Double($0) + 0.5) / Double(count)) }
    let variance = middles.reduce(0) { $0 + $1 * $1 } / Double(count)
    return middles.map { $0 / variance.squareRoot() }
  }()

  /// The normal number that a share of all lie below, to seven digits.
  ///
  /// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 1988.
  private static func quantile(_ share: Double) -> Double {
    let q = share - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      let over = ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179
      let under = ((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1
      return q * over / under
    }
    let r = (-logarithm(min(share, 1 - share))).squareRoot() - 1.6
    let over = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777
    let under = (0.12021132975 * r + 0.73700164250) * r + 1
    return q < 0 ? -over / under : over / under
  }
}
