import Convoy

/// The learning rate of a run as text, before it is trained.
enum SchedulePlot {
  /// The plot of the learning rate, that of the momentum where it moves, and a line of numbers.
  /// - Parameter width: columns that there are.
  static func lines(_ curve: ScheduleCurve, width: Int) -> [String] {
    guard let first = curve.points.first, let last = curve.points.last,
      let top = curve.points.max(by: { $0.learningRate < $1.learningRate })
    else { return [] }
    var lines = plot(curve, "learning rate (\(curve.schedule))", width) { $0.learningRate }
    if first.momentum != nil { lines += [""] + plot(curve, "momentum", width) { $0.momentum ?? .nan } }
    lines += [
      "",
      "\(Quantity.count(curve.epochs, "epoch")) of \(Quantity.count(curve.stepsPerEpoch, "step")): begins at "
        + "\(Quantity.rounded(first.learningRate)), highest \(Quantity.rounded(top.learningRate)) at epoch "
        + "\(Quantity.rounded(top.epoch)), ends at \(Quantity.rounded(last.learningRate))",
    ]
    if curve.schedule == ReduceOnPlateau.name {
      lines.append("when reduce-on-plateau falls shows in training alone: drawn as though it never had to")
    }
    if let time = curve.time {
      lines.append("where \(time) is too short for these epochs, the curve is passed through in that time")
    }
    return lines
  }

  private static func plot(
    _ curve: ScheduleCurve, _ title: String, _ width: Int, _ value: (ScheduleCurve.Point) -> Double
  ) -> [String] {
    // Each step's value holds until the next one's.
    let step = 1 / Double(curve.stepsPerEpoch)
    let points = curve.points.map { TextPlot.Point(x: $0.epoch, y: value($0)) }
    let end = curve.points.last.map { TextPlot.Point(x: $0.epoch + step, y: value($0)) }
    return TextPlot(
      curves: [TextPlot.Curve(points: points + (end.map { [$0] } ?? []))], title: title, label: "epoch",
      width: min(max(width, 40), 100)
    ).lines
  }
}
