/// What was measured of one number of workers, over all trials.
public struct ScalingPoint: Codable, Equatable, Sendable {
  /// Workers, the threads that read images, and the cores that both share.
  public var workers, loaderThreads, cores: Int
  /// Images a second of whole steps on images from files.
  public var training: Spread
  /// Images a second of steps on one batch in memory.
  public var compute: Spread
  /// Images a second when they are read, decoded and augmented and nothing else happens.
  public var loading: Spread
  /// `training`, by the smallest number of workers.
  public var speedUp: Double
  /// `speedUp` by the number of workers over the smallest one; 1 is perfect.
  public var efficiency: Double
  /// The same of `compute`.
  public var computeSpeedUp, computeEfficiency: Double
  /// Where the workers' time goes while they train: the mean over workers and trials, and each worker's.
  public var split: TimeSplit
  /// See ``split``.
  public var workerSplits: [TimeSplit]
  /// Bytes that the sum of the shards' gradients moves in a step, and how many of them a second while it is at it.
  public var reductionBytes: Int
  /// See ``reductionBytes``; 0 where there is nothing to sum.
  public var reductionBytesPerSecond: Double
  /// Floating-point operations a second while training: three times the forward pass's, a multiply-add counted as
  /// two.
  public var flopsPerSecond: Double
  /// What the cores were measured to reach in multiply-adds alone, and the share of it that training reaches; nil
  /// where that cannot be measured.
  public var peakFLOPsPerSecond, shareOfPeak: Double?
  /// The most memory, predicted before the first step and measured.
  public var memory: TrialMemory
}

extension ScalingPoint {
  /// Puts the trials of one number of workers together.
  /// - Parameters:
  ///   - trials: at least one of every kind.
  ///   - first: the point with the fewest workers; nil for that one itself.
  init?(_ facts: TrialFacts, trials: [ScalingTrial], memory: TrialMemory, first: ScalingPoint?) {
    func spread(_ kind: ScalingTrial.Kind) -> Spread? {
      Spread(trials.filter { $0.kind == kind }.map(\.imagesPerSecond))
    }
    let whole = trials.filter { $0.kind == .training }
    let ownSplits = (0..<facts.workers).compactMap { worker in
      TimeSplit.mean(whole.filter { $0.splits.indices.contains(worker) }.map { $0.splits[worker] })
    }
    guard let training = spread(.training), let compute = spread(.compute), let loading = spread(.loading),
      let split = TimeSplit.mean(ownSplits)
    else { return nil }
    (workers, loaderThreads, cores) = (facts.workers, facts.loaderThreads, facts.cores)
    (self.training, self.compute, self.loading, self.split) = (training, compute, loading, split)
    workerSplits = ownSplits
    let ratio = Double(facts.workers) / Double(first?.workers ?? facts.workers)
    speedUp = training.median / (first?.training.median ?? training.median)
    computeSpeedUp = compute.median / (first?.compute.median ?? compute.median)
    efficiency = speedUp / ratio
    computeEfficiency = computeSpeedUp / ratio
    reductionBytes = facts.reductionBytes
    // Workers sum different slices at the same time, so that the mean of their times is about the time it takes.
    let summing = whole.reduce(0) { sum, trial in
      sum + trial.seconds * (TimeSplit.mean(trial.splits)?.allReduce ?? 0)
    }
    let steps = whole.reduce(0) { $0 + $1.steps }
    reductionBytesPerSecond = summing > 0 ? Double(facts.reductionBytes * steps) / summing : 0
    flopsPerSecond = 3 * Double(facts.forwardFLOPs) * training.median
    let peak = Spread(trials.map(\.peakFLOPsPerSecond).filter { $0 > 0 })?.median
    peakFLOPsPerSecond = peak
    shareOfPeak = peak.map { 3 * Double(facts.forwardFLOPs) * training.median / $0 }
    self.memory = memory
  }
}
