import Datasets
import Randomness

/// An epoch in which images come as often as their weights say: as many visits as there are samples, and of each sample
/// its share of them, rounded down or up.
///
/// Systematic sampling: the samples lie one after the other, in an order drawn anew each epoch, each as long as its
/// weight; the visits fall on them at equal distances. Of equal weights each comes once.
struct WeightedDraws {
  /// Indices of samples, in the order in which they are visited.
  let order: [Int]

  /// - Parameter samples: weights above 0.
  init(of samples: [ImageSample], seed: UInt64, epoch: Int) {
    let epoch = UInt32(truncatingIfNeeded: epoch)
    func draw(_ identity: UInt64, _ path: String) -> UInt64 {
      var stream = RandomStream(SampleKey(seed: seed, epoch: epoch, sample: identity), path: path)
      return stream.nextWord()
    }
    let row = samples.indices.map {
      (draw: draw(samples[$0].identity, "weighted"), identity: samples[$0].identity, index: $0)
    }.sorted { $0 < $1 }
    let distance = samples.reduce(0) { $0 + Double($1.weight) } / Double(samples.count)
    // The first visit falls within the first distance: 53 random bits.
    let start = Double(draw(0, "weighted start") >> 11) * 0x1p-53
    var (end, place) = (0.0, -1)
    let visits = samples.indices.map { visit in
      let target = (Double(visit) + start) * distance
      while place + 1 < row.count, place < 0 || end <= target {
        place += 1
        end += Double(samples[row[place].index].weight)
      }
      return (draw: draw(UInt64(visit), "weighted order"), visit: visit, index: row[place].index)
    }
    order = visits.sorted { ($0.draw, $0.visit) < ($1.draw, $1.visit) }.map(\.index)
  }
}
