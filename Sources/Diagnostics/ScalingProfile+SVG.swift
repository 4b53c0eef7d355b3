import Foundation

extension ScalingProfile {
  private static let training = "#1864ab"
  private static let compute = "#2b8a3e"
  private static let ideal = "#9aa5b1"

  /// A picture of throughput and efficiency by the number of workers: measured points with their ranges, the ideal
  /// line, and the projection dashed.
  public var svg: String {
    let most = Double(max(points.last?.workers ?? 1, projection?.workers.last?.count ?? 1, 2))
    let workers = Double(points.first?.workers ?? 1)...most
    let parts =
      [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"470\" viewBox=\"0 0 960 470\" "
          + "font-family=\"'DejaVu Sans', 'Helvetica Neue', Arial, sans-serif\">",
        "<rect width=\"960\" height=\"470\" fill=\"#ffffff\"/>",
        SVG.text(70, 30, "\(model) on \(data)", size: 17, weight: 600, anchor: "start"),
        SVG.text(
          70, 50, "\(precision), batches of \(batchSize) in \(shards) shards, \(processors) processors",
          size: 13, anchor: "start"),
      ] + throughput(workers) + efficiency(workers) + legend + ["</svg>\n"]
    return parts.joined(separator: "\n")
  }

  private var curves: [(points: [(Double, Spread)], fit: ScalabilityFit?, colour: String)] {
    [
      (points.map { (Double($0.workers), $0.compute) }, fits.compute.best, Self.compute),
      (points.map { (Double($0.workers), $0.training) }, fits.training.best, Self.training),
    ]
  }

  private func ticks(_ workers: ClosedRange<Double>) -> [(place: Double, text: String)] {
    let powers = (0..<20).map { 1 << $0 }.filter { workers.contains(Double($0)) }
    return Set(powers + [points.first?.workers ?? 1]).sorted().map { (Double($0), "\($0)") }
  }

  private func throughput(_ workers: ClosedRange<Double>) -> [String] {
    let rates = curves.flatMap { $0.points.flatMap { [$0.1.lowest, $0.1.highest] } }.filter { $0 > 0 }
    let perWorker = points.first.map { $0.training.median / Double($0.workers) } ?? 1
    let lowest = (rates.min() ?? 1) / 1.3
    let highest = max(rates.max() ?? 1, perWorker * workers.upperBound) * 1.2
    let panel = PlotPanel(
      left: 70, top: 100, width: 380, height: 270, across: workers, values: lowest...highest,
      isLogarithmic: true)
    let values = Self.ticks(lowest...highest).map { ($0, SVG.grouped($0)) }
    let line = [workers.lowerBound, workers.upperBound].map { (place: $0, value: perWorker * $0) }
    return panel.axes(title: "Images a second", name: "workers", ticks: ticks(workers), valueTicks: values)
      + [panel.curve(line, colour: Self.ideal)]
      + curves.flatMap { curve in
        drawn(panel, curve, workers) { $1 }
      }
  }

  private func efficiency(_ workers: ClosedRange<Double>) -> [String] {
    let panel = PlotPanel(
      left: 550, top: 100, width: 380, height: 270, across: workers, values: 0...1.2, isLogarithmic: false)
    let values = stride(from: 0, through: 120, by: 20).map { (Double($0) / 100, "\($0)%") }
    let line = [workers.lowerBound, workers.upperBound].map { (place: $0, value: 1.0) }
    return panel.axes(title: "Efficiency", name: "workers", ticks: ticks(workers), valueTicks: values)
      + [panel.curve(line, colour: Self.ideal)]
      + curves.flatMap { curve -> [String] in
        guard let first = curve.points.first, first.1.median > 0 else { return [] }
        let perWorker = first.1.median / first.0
        return drawn(panel, curve, workers) { min(1.2, $1 / (perWorker * $0)) }
      }
  }

  /// The measured points, and the law beyond them.
  private func drawn(
    _ panel: PlotPanel, _ curve: (points: [(Double, Spread)], fit: ScalabilityFit?, colour: String),
    _ workers: ClosedRange<Double>, value: (_ workers: Double, _ rate: Double) -> Double
  ) -> [String] {
    var parts = [
      panel.curve(curve.points.map { ($0.0, value($0.0, $0.1.median)) }, colour: curve.colour)
    ]
    if let fit = curve.fit, let last = curve.points.last?.0, last < workers.upperBound {
      let beyond = (0...40).map { last * pow(workers.upperBound / last, Double($0) / 40) }
      let law = beyond.map { count in
        (place: count, value: value(count, fit.imagesPerSecond(workers: count)))
      }
      parts.append(panel.curve(law, colour: curve.colour, dashes: "6 5"))
    }
    return parts
      + curve.points.flatMap { workers, rate in
        panel.mark(
          workers, value(workers, rate.median), lowest: value(workers, rate.lowest),
          highest: value(workers, rate.highest), colour: curve.colour)
      }
  }

  private var legend: [String] {
    let entries: [(String, String, String?)] = [
      ("training", Self.training, nil), ("compute only", Self.compute, nil), ("ideal", Self.ideal, nil),
      ("projection, not measured", "#52606d", "6 5"),
    ]
    var left = 70.0
    return entries.flatMap { name, colour, dashes -> [String] in
      defer { left += 75 + 8 * Double(name.count) }
      return [
        SVG.line(left, 446, left + 30, 446, colour: colour, width: 2.5, dashes: dashes),
        SVG.text(left + 38, 450, name, size: 13, anchor: "start"),
      ]
    }
  }

  /// 1, 2 and 5 by powers of ten, within a range.
  static func ticks(_ range: ClosedRange<Double>) -> [Double] {
    let first = Int(log10(range.lowerBound).rounded(.down))
    let last = Int(log10(range.upperBound).rounded(.up))
    return (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
      .filter(range.contains)
  }
}
