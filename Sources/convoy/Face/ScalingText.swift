import Convoy
import Foundation

/// A scaling profile as tables of text.
enum ScalingText {
  /// All of it but its last sentence.
  static func lines(_ profile: ScalingProfile) -> [String] {
    [heading(profile), ""] + rates(profile.points) + [""] + split(profile.points) + [""]
      + machine(profile.points) + [""] + fits(profile) + projection(profile)
  }

  private static func heading(_ profile: ScalingProfile) -> String {
    "\(profile.data): \(profile.model), input \(profile.input), \(profile.precision), batches of "
      + "\(profile.batchSize) in \(Quantity.count(profile.shards, "shard")), "
      + "\(Quantity.count(profile.processors, "processor")); the median (lowest-highest) of "
      + "\(Quantity.count(profile.trials, "round")) of trials, "
      + "\(String(format: "%.1f", profile.trialSeconds)) s each"
  }

  /// Images a second: training, computing alone, loading alone.
  private static func rates(_ points: [ScalingPoint]) -> [String] {
    let rows = points.map { point in
      [
        "\(point.workers)", "\(point.cores)", spread(point.training), factor(point.speedUp),
        Quantity.percent(point.efficiency, decimals: 0), spread(point.compute), factor(point.computeSpeedUp),
        Quantity.percent(point.computeEfficiency, decimals: 0), spread(point.loading),
      ]
    }
    return ["images a second:"]
      + TextTable(
        header: [
          "workers", "cores", "training", "speed-up", "efficiency", "compute only", "speed-up", "efficiency",
          "loading only",
        ], rows: rows, leftColumns: 0
      ).lines
  }

  /// Where the workers' time goes.
  private static func split(_ points: [ScalingPoint]) -> [String] {
    let rows = points.map { point in
      ["\(point.workers)"] + point.split.parts.map { Quantity.percent($0.share) }
    }
    let names = points.first?.split.parts.map(\.name) ?? []
    return ["each worker's time while training (the mean of all):"]
      + TextTable(header: ["workers"] + names, rows: rows, leftColumns: 0).lines
  }

  /// What the machine gives, and its memory.
  private static func machine(_ points: [ScalingPoint]) -> [String] {
    let rows = points.map { point in
      [
        "\(point.workers)", number(point.flopsPerSecond / 1e9),
        point.peakFLOPsPerSecond.map { number($0 / 1e9) } ?? "?",
        point.shareOfPeak.map { Quantity.percent($0) } ?? "?", Quantity.bytes(point.reductionBytes),
        point.reductionBytesPerSecond > 0 ? number(point.reductionBytesPerSecond / 1e9) : "-",
        Quantity.bytes(point.memory.predicted), point.memory.measured.map(Quantity.bytes) ?? "?",
      ]
    }
    return ["speed, all-reduce and memory:"]
      + TextTable(
        header: [
          "workers", "GFLOP/s", "peak", "of peak", "reduced a step", "GB/s", "memory predicted", "measured",
        ], rows: rows, leftColumns: 0
      ).lines
  }

  private static func fits(_ profile: ScalingProfile) -> [String] {
    [("training", profile.fits.training), ("compute only", profile.fits.compute)].map { name, pair in
      guard let amdahl = pair.amdahl else {
        return "\(name): no law can be fitted to one number of workers"
      }
      var text = "\(name): serial share \(Quantity.percent(amdahl.contention)) (Amdahl"
      if let low = pair.serialShares.first, let high = pair.serialShares.last {
        text += "; \(Quantity.percent(low)) to \(Quantity.percent(high)) by single rounds"
      }
      text += amdahl.points > 2 ? "; error \(Quantity.percent(amdahl.relativeError)))" : ")"
      guard let universal = pair.universal else {
        return text + "; contention and coherence cannot be told apart with two numbers of workers"
      }
      text +=
        "; universal scalability law: contention \(Quantity.percent(universal.contention)), coherence "
        + "\(Quantity.percent(universal.coherence, decimals: 3))"
      text += universal.bestWorkers.map { ", fastest at \(number($0)) workers" } ?? ""
      return text
    }
  }

  private static func projection(_ profile: ScalingProfile) -> [String] {
    guard let projection = profile.projection else { return [] }
    let header = ["images/s", "lowest-highest", "efficiency"]
    let rows =
      projection.workers.map { ["\($0.count) workers"] + cells($0) }
      + projection.machines.map { ["\($0.count) machines"] + cells($0) }
    let network = projection.network
    let exchange =
      "\(Quantity.bytes(projection.gradientBytes)) of gradients over \(number(network.gigabitsPerSecond)) Gbit/s "
      + "and \(number(network.latency * 1e6)) microseconds"
    return ["", "PROJECTION, not measured (\(projection.law); machines exchange \(exchange)):"]
      + TextTable(header: [""] + header, rows: rows).lines
      + projection.assumptions.map { "it assumes that \($0)" }
  }

  private static func cells(_ row: ScalingProjection.Row) -> [String] {
    [
      Quantity.rate(row.imagesPerSecond), "\(Quantity.rate(row.lowest))-\(Quantity.rate(row.highest))",
      Quantity.percent(row.efficiency, decimals: 0),
    ]
  }

  private static func spread(_ spread: Spread) -> String {
    "\(Quantity.rate(spread.median)) (\(Quantity.rate(spread.lowest))-\(Quantity.rate(spread.highest)))"
  }

  private static func factor(_ value: Double) -> String { String(format: "%.2fx", value) }
  private static func number(_ value: Double) -> String {
    String(format: value < 10 ? "%.1f" : "%.0f", value)
  }
}
