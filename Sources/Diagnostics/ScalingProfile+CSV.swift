extension ScalingProfile {
  /// The measured points as comma-separated values: a header, and a row for each number of workers. Rates are images
  /// a second, shares 0...1, memory bytes; a cell is empty where nothing is known.
  public var csv: String {
    let names = points.first?.split.parts.map(\.name) ?? []
    let header =
      [
        "workers", "cores", "loader_threads", "training", "training_lowest", "training_highest", "speed_up",
        "efficiency", "compute", "compute_lowest", "compute_highest", "compute_speed_up",
        "compute_efficiency", "loading", "loading_lowest", "loading_highest",
      ] + names.map { "\($0.replacing("-", with: "_"))_share" } + [
        "flops_per_second", "peak_flops_per_second", "share_of_peak", "reduction_bytes",
        "reduction_bytes_per_second", "memory_predicted", "memory_measured",
      ]
    let rows = points.map { point -> [String] in
      ["\(point.workers)", "\(point.cores)", "\(point.loaderThreads)"] + cells(point.training)
        + ["\(point.speedUp)", "\(point.efficiency)"] + cells(point.compute)
        + ["\(point.computeSpeedUp)", "\(point.computeEfficiency)"] + cells(point.loading)
        + point.split.parts.map { "\($0.share)" }
        + [
          "\(point.flopsPerSecond)", point.peakFLOPsPerSecond.map { "\($0)" } ?? "",
          point.shareOfPeak.map { "\($0)" } ?? "", "\(point.reductionBytes)",
          "\(point.reductionBytesPerSecond)", "\(point.memory.predicted)",
          point.memory.measured.map { "\($0)" } ?? "",
        ]
    }
    return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private func cells(_ spread: Spread) -> [String] {
    ["\(spread.median)", "\(spread.lowest)", "\(spread.highest)"]
  }
}
