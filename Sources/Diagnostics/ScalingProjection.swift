/// What a fitted law says beyond what was measured. Nothing here was measured.
public struct ScalingProjection: Codable, Equatable, Sendable {
  /// Images a second of a number of workers or machines.
  public struct Row: Codable, Equatable, Sendable {
    /// Workers on one machine, or machines.
    public var count: Int
    /// Images a second, and the share of a perfect speed-up that they are.
    public var imagesPerSecond, efficiency: Double
    /// The lowest and the highest of what the rounds of trials say, each alone.
    public var lowest, highest: Double
  }

  /// The network between machines.
  public struct Network: Codable, Equatable, Sendable {
    /// Bandwidth of each machine's link in each direction, in gigabits a second.
    public var gigabitsPerSecond: Double
    /// Seconds of one message on its way.
    public var latency: Double

    /// A network; by default one of 10 Gbit/s and 50 microseconds.
    public init(gigabitsPerSecond: Double = 10, latency: Double = 50e-6) {
      self.gigabitsPerSecond = gigabitsPerSecond
      self.latency = latency
    }

    /// Seconds of a ring all-reduce: every machine sends and receives 2 (N - 1) / N of the gradient, in 2 (N - 1)
    /// messages.
    ///
    /// Source: Patarasuk, Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", Journal of
    /// Parallel and Distributed Computing 69 (2009).
    public func allReduceSeconds(bytes: Int, machines: Int) -> Double {
      let n = Double(machines)
      return 2 * (n - 1) / n * Double(bytes) * 8 / (gigabitsPerSecond * 1e9) + 2 * (n - 1) * latency
    }
  }

  /// The law: `"Amdahl"` or `"universal scalability law"`.
  public var law: String
  /// More workers on one machine.
  public var workers: [Row]
  /// Machines like this one, each with the largest measured number of workers and a batch of its own.
  public var machines: [Row]
  /// Bytes of the gradient that the machines exchange, and over what.
  public var gradientBytes: Int
  /// See ``gradientBytes``.
  public var network: Network
  /// What has to be true for the projection to be.
  public var assumptions: [String]
}

extension ScalingProjection {
  /// Projects a law of training.
  /// - Parameters:
  ///   - rounds: the points of each round of trials.
  ///   - largest: the largest number of workers for which there are cores.
  init?(
    _ fits: ScalingFits.Pair, rounds: [[ScalabilityFit.Point]], largest: ScalingPoint, _ facts: TrialFacts,
    _ network: Network
  ) {
    guard let fit = fits.best else { return nil }
    let isUniversal = fits.universal != nil
    let alternatives = rounds.compactMap { isUniversal ? .universal($0) : ScalabilityFit.amdahl($0) } + [fit]
    workers = [2, 4, 8].map { factor in
      let count = largest.workers * factor
      let all = alternatives.map { $0.imagesPerSecond(workers: count) }
      let rate = fit.imagesPerSecond(workers: count)
      return Row(
        count: count, imagesPerSecond: rate, efficiency: rate / (fit.rate * Double(count)),
        lowest: all.min() ?? rate, highest: all.max() ?? rate)
    }
    machines = [2, 4, 8, 16].map { count in
      let exchange = network.allReduceSeconds(bytes: facts.gradientBytes, machines: count)
      func total(_ rate: Double) -> Double {
        Double(count * facts.batchSize) / (Double(facts.batchSize) / rate + exchange)
      }
      let rate = total(largest.training.median)
      return Row(
        count: count, imagesPerSecond: rate, efficiency: rate / (Double(count) * largest.training.median),
        lowest: total(largest.training.lowest), highest: total(largest.training.highest))
    }
    law = isUniversal ? "universal scalability law" : "Amdahl"
    gradientBytes = facts.gradientBytes
    self.network = network
    assumptions = [
      "more cores are like those measured, with memory bandwidth and caches that grow with them",
      "there is a shard for every worker (--shards): the batch of \(facts.batchSize) is cut finer",
      "every machine trains batches of \(facts.batchSize) of its own, and waits for a ring all-reduce of "
        + "the whole gradient after each step; nothing overlaps",
    ]
    if !isUniversal {
      assumptions.append("two numbers of workers show no coherence cost, so that none is in it")
    }
  }
}
