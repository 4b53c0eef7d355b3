import Foundation

/// What limits a machine, and what to set: the end of a scaling profile.
public struct ScalingVerdict: Codable, Equatable, Sendable {
  /// What costs the most of the speed that could be.
  public enum Limit: String, Codable, Sendable {
    /// Reading, decoding and augmenting images.
    case loading
    /// Workers slow each other down: they share memory bandwidth, caches or the processor's power.
    case sharing
    /// Workers wait for the slowest one, or for the training loop.
    case idle
    /// Summing gradients and updating weights.
    case update
    /// Nothing of these costs much: the cores compute as fast as they can.
    case computing
  }

  /// What limits.
  public var limit: Limit
  /// The share of the speed that it costs, 0...1; for computing the share of time that goes to forward and backward.
  public var cost: Double
  /// The number of workers to use: the fewest that come within 2% of the fastest.
  public var workers: Int
  /// All of it as one sentence.
  public var sentence: String

  /// Costs below this do not limit.
  static let threshold = 0.1

  /// Judges the points of a profile, which are not empty.
  init(_ points: [ScalingPoint], shards: Int, batchSize: Int) {
    let fastest = points.map(\.training.median).max() ?? 0
    let best = points.first { $0.training.median >= 0.98 * fastest } ?? points[0]
    let split = best.split
    // Loading costs its waiting, and the cores that it shares with the workers.
    let loading = max(split.loading, 1 - best.training.median / best.compute.median)
    // What is lost in computing alone, less what waiting explains.
    let sharing = best.workers > 1 ? 1 - best.computeEfficiency - split.idle : 0
    let costs: [(Limit, Double)] = [
      (.loading, loading), (.sharing, sharing), (.idle, split.idle),
      (.update, split.allReduce + split.optimizer),
    ]
    let worst = costs.max { $0.1 < $1.1 } ?? (.computing, 0)
    workers = best.workers
    if worst.1 < Self.threshold {
      limit = .computing
      cost = split.forward + split.backward
    } else {
      (limit, cost) = worst
    }
    sentence = Self.sentence(limit, cost, best, shards: shards, batchSize: batchSize)
  }

  private static func sentence(
    _ limit: Limit, _ cost: Double, _ best: ScalingPoint, shards: Int, batchSize: Int
  ) -> String {
    let share = String(format: "%.0f%%", cost * 100)
    let setting = "set --workers \(best.workers)"
    switch limit {
    case .loading:
      return
        "Reading and augmenting images limits this machine: it costs \(share) of the speed that the workers "
        + "reach on images in memory; \(setting) --loader-threads \(max(best.loaderThreads, best.cores)), and "
        + "use smaller image files or a cheaper --augment to go faster."
    case .sharing:
      return
        "The cores slow each other down (memory bandwidth, caches or clock), which costs \(share) of the "
        + "speed of computing; \(setting), more of them gain less and less."
    case .idle:
      let fit = nearestMultiple(of: best.workers, to: shards, atMost: batchSize)
      return
        "Waiting for the slowest worker limits this machine: workers idle for \(share) of the time; \(setting)"
        + (fit == shards ? " and a larger --batch-size." : " --shards \(fit), so that each gets as much.")
    case .update:
      return
        "Summing gradients and updating weights limits this machine: they take \(share) of the time; \(setting)"
        + " and a larger --batch-size or fewer --shards (\(shards) now, at least one for each worker)."
    case .computing:
      let peak = best.shareOfPeak.map { String(format: " at %.0f%% of the cores' peak", $0 * 100) } ?? ""
      return
        "The cores themselves limit this machine: forward and backward take \(share) of the time\(peak), and "
        + "nothing else costs \(Int(threshold * 100))%; \(setting), and more cores to go faster."
    }
  }

  /// The multiple of the workers that is nearest to the shards, so that every worker gets as many.
  static func nearestMultiple(of workers: Int, to shards: Int, atMost limit: Int) -> Int {
    let up = (shards + workers - 1) / workers * workers
    return up <= limit ? up : max(min(workers, limit), limit / workers * workers)
  }
}
