import Parallel
import Training

/// Measures how a training run scales: trials of every kind for every number of workers, in turn, so that what else
/// happens on the machine meets all of them alike.
public struct ScalingProfiler {
  /// What to train. `workers` is set for each trial; the shards are the same for all, since they are part of the
  /// result.
  public var configuration: RunConfiguration
  /// The numbers of workers, rising.
  public var workers: [Int]
  /// Rounds of trials.
  public var trials = 5
  /// How long to measure in all, in seconds. Getting ready comes on top, and so do slow steps: each trial has two at
  /// least.
  public var seconds = 45.0
  /// Steps to trace of each number of workers, after everything else; 0 for no trace.
  public var tracedSteps = 0
  /// The network for projections to several machines.
  public var network = ScalingProjection.Network()

  /// Prepares a profile; nothing is measured yet.
  /// - Parameters:
  ///   - workers: different numbers, 1 or more; nil for 1, 2, 4 and on up to the cores that may be used, and those.
  /// - Throws: ``TrainingError/invalidOption(name:value:reason:)``.
  public init(_ configuration: RunConfiguration, workers: [Int]? = nil) throws(TrainingError) {
    let supply = ProcessorSupply.current
    let usable = min(configuration.threads ?? supply.threads, supply.threads, supply.physicalCores)
    let counts = Set(workers ?? Self.defaultWorkers(usable)).sorted()
    guard let fewest = counts.first, let most = counts.last, fewest >= 1 else {
      throw .invalidOption(
        name: "workers", value: (workers ?? []).map(String.init).joined(separator: ","),
        reason: "expected numbers from 1, such as 1,2,4")
    }
    self.configuration = configuration
    self.workers = counts
    self.configuration.shards =
      configuration.shards
      ?? min(configuration.batchSize, max((configuration.batchSize + 31) / 32, supply.threads, most))
  }

  /// 1, 2, 4 and on below the number of processors, and that.
  static func defaultWorkers(_ processors: Int) -> [Int] {
    var counts: [Int] = []
    var count = 1
    while count < processors {
      counts.append(count)
      count *= 2
    }
    return counts + [processors]
  }

  /// The configuration of a number of workers: as many cores, where there are as many.
  func configuration(workers: Int) -> RunConfiguration {
    var result = configuration
    result.workers = workers
    result.threads = min(workers, configuration.threads ?? workers)
    return result
  }

  /// Measures.
  /// - Returns: the profile, and the trace where one was asked for.
  /// - Parameters:
  ///   - source: makes the one who measures a configuration.
  ///   - progress: hears what is under way, with the trials done and those to do in all.
  public func run(
    source: (RunConfiguration) throws -> any TrialSource,
    progress: (_ doing: String, _ done: Int, _ total: Int) -> Void
  ) throws -> (profile: ScalingProfile, trace: ChromeTrace?) {
    let start = ContinuousClock.now
    let kinds = ScalingTrial.Kind.allCases
    let total = workers.count * (1 + trials * kinds.count)
    let trialSeconds = seconds / Double(workers.count * trials * kinds.count)
    var done = 0
    func tell(_ doing: String) {
      progress(doing, done, total)
      done += 1
    }
    var sources: [Measured] = []
    for count in workers {
      tell("preparing \(count)")
      let source = try source(configuration(workers: count))
      guard case .prepared(let facts) = try source.ask(.prepare) else {
        throw TrialError.unexpectedAnswer("not ready")
      }
      sources.append(Measured(source: source, facts: facts))
    }
    for _ in 0..<trials {
      for kind in kinds {
        for index in sources.indices {
          tell("\(kind.rawValue) \(sources[index].facts.workers)")
          guard
            case .measured(let trial) = try sources[index].source.ask(.measure(kind, seconds: trialSeconds))
          else { throw TrialError.unexpectedAnswer("no trial") }
          sources[index].trials.append(trial)
        }
      }
    }
    let profile = try profile(sources, trialSeconds: trialSeconds) {
      start.duration(to: .now) / .seconds(1)
    }
    return (profile, try tracedSteps > 0 ? trace(sources) : nil)
  }

  private func trace(_ sources: [Measured]) throws -> ChromeTrace {
    ChromeTrace(
      try sources.map { measured in
        guard case .traced(let events) = try measured.source.ask(.trace(steps: tracedSteps)) else {
          throw TrialError.unexpectedAnswer("no trace")
        }
        return (measured.facts.workers, events)
      })
  }

  /// A number of workers and what was measured of it.
  private struct Measured {
    let source: any TrialSource
    let facts: TrialFacts
    var trials: [ScalingTrial] = []
  }

  private func profile(
    _ sources: [Measured], trialSeconds: Double, elapsed: () -> Double
  ) throws -> ScalingProfile {
    var points: [ScalingPoint] = []
    for measured in sources {
      guard case .memory(let memory) = try measured.source.ask(.memory),
        let point = ScalingPoint(
          measured.facts, trials: measured.trials, memory: memory, first: points.first)
      else { throw TrialError.unexpectedAnswer("not every trial") }
      points.append(point)
    }
    let facts = sources[0].facts
    // More workers than cores do not show how cores scale.
    let real = zip(sources, points).filter { $0.1.workers <= $0.1.cores }
    func rounds(_ kind: ScalingTrial.Kind) -> [[ScalabilityFit.Point]] {
      (0..<trials).map { round in
        real.map { measured, point in
          let trial = measured.trials.filter { $0.kind == kind }[round]
          return .init(workers: point.workers, imagesPerSecond: trial.imagesPerSecond)
        }
      }
    }
    let fits = ScalingFits(
      training: .init(
        real.map { .init(workers: $0.1.workers, imagesPerSecond: $0.1.training.median) },
        rounds: rounds(.training)),
      compute: .init(
        real.map { .init(workers: $0.1.workers, imagesPerSecond: $0.1.compute.median) },
        rounds: rounds(.compute)))
    let projection = real.last.flatMap {
      ScalingProjection(fits.training, rounds: rounds(.training), largest: $0.1, facts, network)
    }
    return ScalingProfile(
      data: configuration.data ?? "", model: facts.model, input: facts.input, precision: facts.precision,
      trainingImages: facts.trainingImages, batchSize: facts.batchSize, shards: facts.shards,
      processors: ProcessorSupply.current.threads, trials: trials, trialSeconds: trialSeconds,
      seconds: elapsed(),
      points: points, fits: fits, projection: projection,
      verdict: ScalingVerdict(points, shards: facts.shards, batchSize: facts.batchSize))
  }
}
