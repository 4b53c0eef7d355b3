import Foundation
import Yams

extension SpaceReader {
  /// The range that a mapping states.
  /// - Parameter values: the list of its ends.
  func range(
    _ mapping: Node.Mapping, _ kind: String, _ values: [Node], _ key: String, _ line: Int
  ) throws(TuningError) -> NumericRange {
    let ends = values.compactMap { $0.scalar.flatMap { number($0.string) } }
    guard ends.count == 2, values.count == 2 else {
      throw fail(line, "\(key): \(kind) expects two numbers, as in {\(kind): [1, 10]}")
    }
    let (low, high) = (ends[0], ends[1])
    let isInteger = kind == "integer"
    if isInteger, low != low.rounded() || high != high.rounded() || max(abs(low), abs(high)) > 0x1p53 {
      throw fail(line, "\(key): integer expects two whole numbers")
    }
    func text(_ value: Double) -> String { isInteger ? "\(Int(value))" : "\(value)" }
    if low > high {
      throw fail(line, "\(key): the range is upside down; write [\(text(high)), \(text(low))]")
    }
    if low == high {
      throw fail(line, "\(key): the range has a single value; write \(key): \(text(low))")
    }
    let saysLog = try flag(mapping["log"], "\(key): log", line)
    let isLogarithmic = kind == "log-uniform" || saysLog
    if isLogarithmic && low <= 0 {
      throw fail(line, "\(key): a logarithmic range begins above 0, this one at \(text(low))")
    }
    let plain = NumericRange(
      low: low, high: high, scale: isLogarithmic ? .logarithmic : .linear, isInteger: isInteger, points: nil)
    let points = try points(of: plain, mapping, key, line)
    return NumericRange(low: low, high: high, scale: plain.scale, isInteger: isInteger, points: points)
  }

  /// The only values of a range that is cut by `step` or `points`.
  private func points(
    of range: NumericRange, _ mapping: Node.Mapping, _ key: String, _ line: Int
  ) throws(TuningError) -> [Double]? {
    let (step, count) = (mapping["step"], mapping["points"])
    if step != nil && count != nil { throw fail(line, "\(key): step and points exclude each other") }
    let width = range.high - range.low
    if let step {
      guard range.scale == .linear else {
        throw fail(line, "\(key): a logarithmic range has points, not a step")
      }
      guard let size = step.scalar.flatMap({ number($0.string) }), size > 0, size <= width,
        !range.isInteger || size == size.rounded()
      else {
        let kind = range.isInteger ? "whole number" : "number"
        throw fail(line, "\(key): step expects a \(kind) above 0 and at most \(range.text(width))")
      }
      guard width / size < Double(NumericRange.mostPoints) else {
        throw fail(line, "\(key): step \(size) is too small for the range")
      }
      // A step such as 0.1 is not exact; the values are those of its digits.
      let decimals = 9 - Int(log10(max(abs(range.low), abs(range.high))).rounded(.down))
      return (0...Int(width / size * (1 + 1e-12))).map { index in
        min(range.high, NumericRange.rounded(range.low + Double(index) * size, decimals: decimals))
      }
    }
    guard let count else { return nil }
    guard let points = count.scalar.flatMap({ Int($0.string) }),
      (2...NumericRange.mostPoints).contains(points)
    else { throw fail(line, "\(key): points expects a whole number from 2") }
    let inner = (0..<points).map { index in
      // The ends exactly; between them at even places.
      index == 0
        ? range.low : index == points - 1 ? range.high : range.even(Double(index) / Double(points - 1))
    }
    return inner.enumerated().filter { $0.offset == 0 || inner[$0.offset - 1] < $0.element }.map(\.element)
  }

  private func flag(_ node: Node?, _ name: String, _ line: Int) throws(TuningError) -> Bool {
    guard let node else { return false }
    guard let value = node.scalar?.string, value == "true" || value == "false" else {
      throw fail(line, "\(name) expects true or false")
    }
    return value == "true"
  }

  private func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
  }
}

extension NumericRange {
  /// The value at a place between the ends, the ends being at 0 and 1.
  fileprivate func even(_ place: Double) -> Double {
    let value = scale == .linear ? low + place * (high - low) : low * pow(high / low, place)
    if isInteger { return value.rounded() }
    let size = scale == .linear ? high - low : value
    return Self.rounded(value, decimals: 3 - Int(log10(size).rounded(.down)))
  }
}
