import Foundation

/// A range of numbers that a search draws from.
///
/// A number that is drawn is rounded to a thousandth of the range (and of itself, on a logarithmic scale) or finer, so
/// that what a table shows is what was trained with.
public struct NumericRange: Hashable, Sendable {
  /// How the range is laid out.
  public enum Scale: Hashable, Sendable {
    /// Equal differences are equally likely.
    case linear
    /// Equal ratios are equally likely.
    case logarithmic
  }

  /// The lowest value, above 0 on a logarithmic scale.
  public let low: Double
  /// The highest value, above `low`.
  public let high: Double
  /// How it is laid out.
  public let scale: Scale
  /// Whether only whole numbers are meant.
  public let isInteger: Bool
  /// The only values that are taken, rising; nil for all.
  public let points: [Double]?

  /// The most values that a range may be cut into.
  static let mostPoints = 100_000
}

extension NumericRange {
  /// The value at a place of the range. Every value of a range with few has an equal part of the places.
  /// - Parameter place: 0...1.
  func value(at place: Double) -> Double {
    if let points { return points[min(points.count - 1, Int(place * Double(points.count)))] }
    let (first, last) = bounds
    let value = scale == .linear ? first + place * (last - first) : exp(first + place * (last - first))
    if isInteger { return min(high, max(low, (scale == .linear ? value.rounded(.down) : value.rounded()))) }
    return min(high, max(low, rounded(value)))
  }

  /// The place of a value, 0...1: the middle of the places that give it.
  func place(of value: Double) -> Double {
    if let points {
      let index = points.firstIndex { $0 >= value } ?? points.count - 1
      return (Double(index) + 0.5) / Double(points.count)
    }
    let (first, last) = bounds
    let place =
      switch (scale, isInteger) {
      case (.linear, true): value + 0.5
      case (.linear, false): value
      case (.logarithmic, _): log(value)
      }
    return min(1, max(0, (place - first) / (last - first)))
  }

  /// All values, where there are so few that a grid can have them; nil for a range without steps.
  var gridValues: [Double]? {
    if let points { return points }
    guard isInteger, scale == .linear, high - low < Double(Self.mostPoints) else { return nil }
    return Array(stride(from: low, through: high, by: 1))
  }

  /// The ends on the scale; for whole numbers with the half that rounds to them.
  private var bounds: (first: Double, last: Double) {
    switch (scale, isInteger) {
    case (.linear, false): (low, high)
    case (.linear, true): (low, high + 1)
    case (.logarithmic, false): (log(low), log(high))
    case (.logarithmic, true): (log(low - 0.5), log(high + 0.5))
    }
  }

  /// A value to a thousandth of the range, and of itself on a logarithmic scale, or finer.
  private func rounded(_ value: Double) -> Double {
    let size = scale == .linear ? high - low : min(high - low, abs(value))
    return Self.rounded(value, decimals: 3 - Int(log10(size).rounded(.down)))
  }

  /// A value with so many decimals; fewer than 0 round to tens, hundreds and so on.
  static func rounded(_ value: Double, decimals: Int) -> Double {
    // Through the text, so that it is the number nearest to those digits, whose own text is short.
    if decimals >= 0 { return Double(String(format: "%.\(decimals)f", value)) ?? value }
    let unit = pow(10, Double(-decimals))
    return (value / unit).rounded() * unit
  }

  /// How a value is written.
  func text(_ value: Double) -> String { isInteger ? "\(Int(value))" : "\(value)" }
}

extension NumericRange: CustomStringConvertible {
  /// `log-uniform [0.001, 1.0]`.
  public var description: String {
    let kind =
      (isInteger ? "integer" : scale == .linear ? "uniform" : "log-uniform")
      + (isInteger && scale == .logarithmic ? " log" : "")
    let values = points.map { " at " + $0.map(text).joined(separator: ", ") } ?? ""
    return "\(kind) [\(text(low)), \(text(high))]" + values
  }
}
