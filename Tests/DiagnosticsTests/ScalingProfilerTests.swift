import Foundation
import Testing
import Training

@testable import Diagnostics

@Suite struct ScalingProfilerTests {
  private func profile(
    _ workers: [Int], trials: Int = 3, make: (RunConfiguration) -> SyntheticMachine = { SyntheticMachine($0) }
  ) throws -> (profile: ScalingProfile, sources: [SyntheticMachine]) {
    var profiler = try ScalingProfiler(RunConfiguration(data: "somewhere"), workers: workers)
    profiler.trials = trials
    var sources: [SyntheticMachine] = []
    let (profile, _) = try profiler.run(
      source: {
        sources.append(make($0))
        return sources[sources.count - 1]
      }, progress: { _, done, total in #expect(done < total) })
    return (profile, sources)
  }

  @Test func trialsTakeTurns() throws {
    var order: [String] = []
    var profiler = try ScalingProfiler(RunConfiguration(data: "somewhere"), workers: [2, 1])
    profiler.trials = 2
    _ = try profiler.run(source: { SyntheticMachine($0) }, progress: { doing, _, _ in order.append(doing) })
    let round = ["training 1", "training 2", "compute 1", "compute 2", "loading 1", "loading 2"]
    #expect(order == ["preparing 1", "preparing 2"] + round + round)
  }

  @Test func pointsFollowTheLaw() throws {
    let (profile, _) = try profile([1, 2, 4])
    #expect(profile.points.map(\.workers) == [1, 2, 4])
    for point in profile.points {
      let n = Double(point.workers)
      let ideal = n / (1 + 0.1 * (n - 1))
      #expect(abs(point.speedUp - ideal) < 0.01 * ideal)
      #expect(abs(point.efficiency - ideal / n) < 0.01)
      #expect(point.workerSplits.count == point.workers)
      for split in point.workerSplits + [point.split] {
        #expect(abs(split.parts.reduce(0) { $0 + $1.share } - 1) < 1e-9)
      }
      // 4 MB in 2% of the second that a step takes.
      #expect(abs(point.reductionBytesPerSecond - 4e6 / 0.02) < 1)
      #expect(abs((point.shareOfPeak ?? 0) - 3e6 * point.training.median / (1e9 * n)) < 1e-9)
    }
    #expect(abs((profile.fits.training.amdahl?.contention ?? 0) - 0.1) < 0.01)
    #expect(profile.fits.training.serialShares.count == 3)
    #expect(profile.projection?.workers.map(\.count) == [8, 16, 32])
    #expect(profile.projection?.law == "universal scalability law")
  }

  @Test func oneNumberOfWorkersFitsNothing() throws {
    let (profile, _) = try profile([2])
    #expect(profile.points[0].speedUp == 1 && profile.points[0].efficiency == 1)
    #expect(profile.fits.training.amdahl == nil && profile.projection == nil)
  }

  /// Those show how threads share a core, and not how cores scale.
  @Test func moreWorkersThanCoresAreNotFitted() throws {
    let (profile, _) = try profile([1, 2, 4]) { SyntheticMachine($0, cores: 2) }
    #expect(profile.points.count == 3)
    #expect(profile.fits.training.amdahl?.points == 2)
    #expect(profile.projection?.workers.first?.count == 4)
    #expect(profile.projection?.law == "Amdahl")
  }

  @Test func theShardsAreTheSameForAll() throws {
    let (_, sources) = try profile([1, 64])
    #expect(sources.map(\.facts.shards) == [64, 64])
  }

  @Test func machinesWaitForTheNetwork() throws {
    let network = ScalingProjection.Network(gigabitsPerSecond: 8, latency: 1e-3)
    // 1 MB at 1 GB/s: half of it twice, and two messages.
    #expect(abs(network.allReduceSeconds(bytes: 1_000_000, machines: 2) - (1e-3 + 2e-3)) < 1e-12)
    #expect(network.allReduceSeconds(bytes: 1_000_000, machines: 1) == 0)
    let (profile, _) = try profile([1, 2])
    let rows = try #require(profile.projection?.machines)
    #expect(rows.map(\.count) == [2, 4, 8, 16])
    #expect(rows.allSatisfy { $0.efficiency > 0 && $0.efficiency < 1 })
    #expect(rows.map(\.efficiency) == rows.map(\.efficiency).sorted(by: >))
  }

  @Test func theVerdictNamesTheLoader() throws {
    let (profile, _) = try profile([1, 2, 4]) { SyntheticMachine($0, loading: 150) }
    #expect(profile.verdict.limit == .loading)
    #expect(profile.verdict.workers == 2)
    #expect(profile.verdict.sentence.contains("--workers 2"))
  }

  @Test func theVerdictNamesSharing() throws {
    let (profile, _) = try profile([1, 2, 4]) { SyntheticMachine($0, contention: 0.3) }
    #expect(profile.verdict.limit == .idle || profile.verdict.limit == .sharing)
    #expect(profile.verdict.workers == 4)
  }

  @Test(arguments: [
    (1, [1]), (2, [1, 2]), (4, [1, 2, 4]), (6, [1, 2, 4, 6]), (64, [1, 2, 4, 8, 16, 32, 64]),
  ])
  func defaultNumbersOfWorkers(processors: Int, expected: [Int]) {
    #expect(ScalingProfiler.defaultWorkers(processors) == expected)
  }

  @Test(arguments: [(2, 4, 128, 4), (3, 4, 128, 6), (3, 4, 5, 3), (8, 4, 4, 4)])
  func everyWorkerGetsAsManyShards(workers: Int, shards: Int, batchSize: Int, expected: Int) {
    #expect(ScalingVerdict.nearestMultiple(of: workers, to: shards, atMost: batchSize) == expected)
  }

  @Test func itSurvivesJSON() throws {
    let (profile, _) = try profile([1, 2])
    let data = try JSONEncoder().encode(profile)
    #expect(try JSONDecoder().decode(ScalingProfile.self, from: data) == profile)
  }
}
