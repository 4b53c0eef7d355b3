import Datasets
import Randomness

/// The samples of each class: from these comes what takes the place of an image that cannot be read.
struct ReplacementClasses: Sendable {
  private let members: [Int: [Int]]

  /// Complexity: linear in the samples.
  init(of samples: [ImageSample]) {
    members = samples.indices.reduce(into: [:]) { $0[samples[$1].label, default: []].append($1) }
  }

  /// What may take the place of a sample, one after the other.
  /// - Parameter copy: how often the epoch visited the sample before.
  func draws(
    for index: Int, of samples: [ImageSample], copy: UInt32, in plan: EpochPlan
  ) -> ReplacementDraws {
    let candidates = (members[samples[index].label] ?? []).filter {
      $0 != index && !plan.leftOut.contains(samples[$0].identity)
    }
    return ReplacementDraws(
      from: candidates, stream: plan.replacementStream(for: samples[index].identity, copy: copy))
  }
}

/// Samples of a class in an order drawn by key, each once: so the choice depends on seed, epoch and the sample whose
/// place it takes, and never on what other decoders met.
struct ReplacementDraws {
  private var candidates: [Int]
  private var stream: RandomStream
  /// How many samples the class has, the one to be replaced included.
  let classSize: Int
  private var drawn = 0

  init(from candidates: [Int], stream: RandomStream) {
    self.candidates = candidates
    self.stream = stream
    classSize = candidates.count + 1
  }

  /// The next sample, and the number of this visit to it, which no visit in its own place has; nil when there are no
  /// more.
  mutating func next() -> (sample: Int, copy: UInt32)? {
    if drawn == candidates.count { return nil }
    candidates.swapAt(drawn, stream.integer(in: drawn...candidates.count - 1))
    defer { drawn += 1 }
    return (candidates[drawn], stream.next() | 1 << 31)
  }
}
