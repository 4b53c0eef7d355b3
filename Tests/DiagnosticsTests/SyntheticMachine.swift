import Training

@testable import Diagnostics

/// A machine whose throughput follows a law, instead of a measured one.
final class SyntheticMachine: TrialSource {
  let facts: TrialFacts
  let law: ScalabilityFit
  /// Images a second of a loader, whatever the number of workers.
  let loading: Double
  private(set) var asked: [TrialRequest] = []

  init(
    _ configuration: RunConfiguration, cores: Int = 64, contention: Double = 0.1, coherence: Double = 0,
    loading: Double = 10_000
  ) {
    let workers = configuration.workers ?? 1
    law = ScalabilityFit(
      rate: 100, contention: contention, coherence: coherence, points: 0, relativeError: 0)
    self.loading = loading
    facts = TrialFacts(
      workers: workers, loaderThreads: workers, cores: min(workers, cores),
      batchSize: configuration.batchSize, shards: configuration.shards ?? 0, model: "synthetic",
      input: "3x32x32", precision: "fp32", trainingImages: 1000, forwardFLOPs: 1_000_000,
      reductionBytes: 4_000_000, gradientBytes: 1_000_000)
  }

  func ask(_ request: TrialRequest) throws -> TrialReply {
    asked.append(request)
    switch request {
    case .prepare: return .prepared(facts)
    case .trace: return .traced([])
    case .memory: return .memory(TrialMemory(predicted: 100 << 20, measured: 105 << 20))
    case .measure(let kind, _):
      let computing = law.imagesPerSecond(workers: facts.workers)
      let rate =
        switch kind {
        case .compute: computing
        case .loading: loading
        case .training: min(computing, loading)
        }
      let split = TimeSplit(
        wall: 10, loading: 10 * (1 - rate / computing), forward: 10 / 4 * rate / computing,
        backward: 10 / 2 * rate / computing, allReduce: 0.2 * rate / computing,
        optimizer: 0.3 * rate / computing)
      return .measured(
        ScalingTrial(
          kind: kind, workers: facts.workers, images: Int(rate * 10), steps: 10, seconds: 10,
          splits: kind == .training ? Array(repeating: split, count: facts.workers) : [],
          peakFLOPsPerSecond: kind == .compute ? 1e9 * Double(facts.workers) : 0))
    }
  }
}
