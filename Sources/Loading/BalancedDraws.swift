import Datasets
import Randomness

/// An epoch in which every class comes equally often, but for one visit where they do not divide the epoch: as many
/// visits as there are samples, each to any sample of its class.
///
/// Samples are drawn with replacement, by their weights, so that a small class's come several times and some of a large one's not at all.
struct BalancedDraws {
  /// Indices of samples, in the order in which they are visited.
  let order: [Int]

  init(of samples: [ImageSample], seed: UInt64, epoch: Int) {
    let epoch = UInt32(truncatingIfNeeded: epoch)
    let members = samples.indices.reduce(into: [Int: [Int]]()) {
      $0[samples[$1].label, default: []].append($1)
    }
    func stream(_ identity: UInt64, _ path: String) -> RandomStream {
      RandomStream(SampleKey(seed: seed, epoch: epoch, sample: identity), path: path)
    }
    // Another order of the classes in each epoch, so that the visits that are left over go round.
    let classes = members.keys.sorted().map { label in
      var draws = stream(UInt64(label), "class order")
      let sorted = (members[label] ?? []).sorted { (samples[$0].identity, $0) < (samples[$1].identity, $1) }
      return (draw: draws.nextWord(), label: label, members: Members(sorted, of: samples))
    }.sorted { ($0.draw, $0.label) < ($1.draw, $1.label) }
    let visits = samples.indices.map { visit in
      let (_, label, members) = classes[visit % classes.count]
      var draws = stream(StableHash.combine(UInt64(label), UInt64(visit / classes.count)), "balanced")
      let index = members.index(by: &draws)
      return (draw: draws.nextWord(), visit: visit, index: index)
    }
    order = visits.sorted { ($0.draw, $0.visit) < ($1.draw, $1.visit) }.map(\.index)
  }
}

/// The samples of a class, to draw from.
private struct Members {
  private let indices: [Int]
  /// The sum of the weights up to each; empty where all are equal.
  private let sums: [Double]

  init(_ indices: [Int], of samples: [ImageSample]) {
    self.indices = indices
    let isEven = indices.allSatisfy { samples[$0].weight == samples[indices[0]].weight }
    var sum = 0.0
    sums =
      isEven
      ? []
      : indices.map { index in
        sum += Double(samples[index].weight)
        return sum
      }
  }

  func index(by draws: inout RandomStream) -> Int {
    guard let total = sums.last else { return indices[draws.integer(in: 0...indices.count - 1)] }
    let target = Double(draws.nextWord() >> 11) * 0x1p-53 * total
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return indices[low]
  }
}
