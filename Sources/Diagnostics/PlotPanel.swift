import Foundation

/// One pair of axes of a plot in SVG: something spaced by its logarithms from left to right, such as numbers of workers,
/// and something that grows upwards.
struct PlotPanel {
  /// Where it lies, in pixels: the area between the axes.
  let left, top, width, height: Double
  /// What is at its left and right edges, above 0.
  let across: ClosedRange<Double>
  /// The values at its bottom and top edges, and whether they are spaced by their logarithms.
  let values: ClosedRange<Double>
  let isLogarithmic: Bool

  /// Pixels from the left.
  func x(_ place: Double) -> Double {
    let range = log2(across.upperBound) - log2(across.lowerBound)
    return left + width * (log2(place) - log2(across.lowerBound)) / Swift.max(range, 1e-9)
  }

  /// Pixels from the top.
  func y(_ value: Double) -> Double {
    let place = { (value: Double) in isLogarithmic ? log2(Swift.max(value, 1e-9)) : value }
    let (low, high) = (place(values.lowerBound), place(values.upperBound))
    return top + height * (1 - (place(value) - low) / Swift.max(high - low, 1e-9))
  }

  /// The axes with their numbers and names.
  func axes(
    title: String, name: String, ticks: [(place: Double, text: String)],
    valueTicks: [(value: Double, text: String)]
  ) -> [String] {
    var parts = [
      SVG.text(left, top - 18, title, size: 15, weight: 600, anchor: "start"),
      SVG.text(left + width / 2, top + height + 42, name, size: 13),
    ]
    for tick in valueTicks {
      parts.append(SVG.line(left, y(tick.value), left + width, y(tick.value), colour: "#e4e7eb"))
      parts.append(SVG.text(left - 8, y(tick.value) + 4, tick.text, size: 12, anchor: "end"))
    }
    for tick in ticks {
      let place = x(tick.place)
      parts.append(SVG.line(place, top + height, place, top + height + 5, colour: "#52606d"))
      parts.append(SVG.text(place, top + height + 20, tick.text, size: 12))
    }
    parts.append(SVG.line(left, top + height, left + width, top + height, colour: "#52606d"))
    return parts
  }

  /// A curve through points, within the panel.
  func curve(_ points: [(place: Double, value: Double)], colour: String, dashes: String? = nil) -> String {
    let places = points.filter { $0.value > 0 }.map {
      "\(SVG.number(x($0.place))),\(SVG.number(y($0.value)))"
    }
    return "<polyline points=\"\(places.joined(separator: " "))\" fill=\"none\" stroke=\"\(colour)\" "
      + "stroke-width=\"2\"\(dashes.map { " stroke-dasharray=\"\($0)\"" } ?? "")/>"
  }

  /// A measured point with the range of its values.
  func mark(_ place: Double, _ value: Double, lowest: Double, highest: Double, colour: String) -> [String] {
    [
      SVG.line(x(place), y(lowest), x(place), y(highest), colour: colour, width: 2),
      "<circle cx=\"\(SVG.number(x(place)))\" cy=\"\(SVG.number(y(value)))\" r=\"4.5\" fill=\"\(colour)\"/>",
    ]
  }
}

/// Pieces of SVG.
enum SVG {
  static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, colour: String, width: Double = 1,
    dashes: String? = nil
  ) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" "
      + "stroke=\"\(colour)\" stroke-width=\"\(number(width))\"\(dashes.map { " stroke-dasharray=\"\($0)\"" } ?? "")/>"
  }

  static func text(
    _ x: Double, _ y: Double, _ text: String, size: Int, weight: Int = 400, anchor: String = "middle"
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" font-weight=\"\(weight)\" "
      + "text-anchor=\"\(anchor)\" fill=\"#1f2933\">\(escaped(text))</text>"
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// Whole numbers with a comma in every thousand.
  static func grouped(_ value: Double) -> String {
    if value < 10 && value != value.rounded() { return String(format: "%g", value) }
    var digits = String(Int(value.rounded()))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }
}
