import Foundation
import Training

extension LearningRateRangeTest {
  private static let single = "#ced4da"
  private static let mean = "#1864ab"
  private static let colours: [Rule: String] = [.steepest: "#2b8a3e", .valley: "#e67700", .lowest: "#c92a2a"]

  /// A picture of the loss by the learning rate: single losses, their running mean, and what each rule suggests.
  public var svg: String {
    let rates = (points.first?.learningRate ?? sweep.from)...(points.last?.learningRate ?? sweep.to)
    let smoothed = points.map(\.smoothedLoss)
    // Where the loss explodes only its beginning fits.
    let highest = 1.5 * max(smoothed.first ?? 1, 1e-9)
    let panel = PlotPanel(
      left: 70, top: 70, width: 620, height: 300, across: rates, values: 0...highest, isLogarithmic: false)
    let ticks = ScalingProfile.ticks(rates).filter { isPowerOfTen($0) }.map { ($0, String(format: "%g", $0)) }
    let values = (0...5).map { highest * Double($0) / 5 }.map { ($0, String(format: "%.2g", $0)) }
    let parts =
      [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"450\" viewBox=\"0 0 760 450\" "
          + "font-family=\"'DejaVu Sans', 'Helvetica Neue', Arial, sans-serif\">",
        "<rect width=\"760\" height=\"450\" fill=\"#ffffff\"/>",
      ]
      + panel.axes(
        title: "Training loss by learning rate", name: "learning rate", ticks: ticks, valueTicks: values)
      + [
        panel.curve(within(highest, points.map { ($0.learningRate, $0.loss) }), colour: Self.single),
        panel.curve(within(highest, points.map { ($0.learningRate, $0.smoothedLoss) }), colour: Self.mean),
      ]
    return (parts + suggestions.enumerated().flatMap { drawn($1, row: $0, panel) } + ["</svg>\n"])
      .joined(separator: "\n")
  }

  private func drawn(_ suggestion: Suggestion, row: Int, _ panel: PlotPanel) -> [String] {
    let colour = Self.colours[suggestion.rule] ?? Self.mean
    let (x, y) = (panel.x(suggestion.learningRate), panel.y(smoothedLoss(near: suggestion)))
    let text =
      "\(suggestion.rule.rawValue) \(String(format: "%.3g", suggestion.learningRate))"
      + (suggestion == recommended ? " (recommended)" : "")
    let left = panel.left + 20, top = panel.top + panel.height - 60 + 20 * Double(row)
    return [
      SVG.line(x, panel.top, x, panel.top + panel.height, colour: colour, dashes: "4 4"),
      "<circle cx=\"\(SVG.number(x))\" cy=\"\(SVG.number(y))\" r=\"5\" fill=\"\(colour)\"/>",
      SVG.line(left, top, left + 24, top, colour: colour, width: 2.5, dashes: "4 4"),
      SVG.text(left + 32, top + 4, text, size: 13, anchor: "start"),
    ]
  }

  private func within(_ highest: Double, _ points: [(Double, Double)]) -> [(place: Double, value: Double)] {
    points.map { ($0.0, min($0.1, highest)) }
  }

  private func isPowerOfTen(_ value: Double) -> Bool {
    let power = log10(value)
    return abs(power - power.rounded()) < 1e-6
  }
}
