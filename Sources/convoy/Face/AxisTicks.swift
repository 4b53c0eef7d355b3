import Foundation

/// The numbers on an axis: round ones, 1, 2 or 5 times a power of ten apart.
struct AxisTicks: Sendable, Equatable {
  /// Where on the axis they stand, rising.
  let values: [Double]
  let labels: [String]

  var first: Double { values.first ?? 0 }
  var last: Double { values.last ?? 0 }

  /// Ticks around a range: the first is at its beginning or below, the last at its end or above.
  /// - Parameter count: how many there are at most, about.
  init(from low: Double, to high: Double, atMost count: Int) {
    let span = high > low ? high - low : max(abs(high), 1)
    let step = Self.roundStep(atLeast: span / Double(max(1, count)))
    let (begin, end) = ((low / step).rounded(.down), (high / step).rounded(.up))
    let ticks = Array(stride(from: begin, through: max(end, begin + 1), by: 1))
    values = ticks.map { $0 * step }
    labels = values.map { Self.text($0) }
  }

  /// Ticks of a logarithmic axis: powers of ten, with 2 and 5 between them where there is room.
  /// - Parameters:
  ///   - low: the power of ten that the range begins at.
  ///   - high: and ends at.
  init(fromPower low: Double, to high: Double, atMost count: Int) {
    let powers = Int(low.rounded(.down))...Int(max(high.rounded(.up), low.rounded(.down)))
    let (decades, room) = (max(1, powers.count - 1), max(1, count))
    let factors: [Double] = decades * 3 <= room ? [1, 2, 5] : [1]
    let skip = max(1, (decades + room - 1) / room)
    let ticks = powers.filter { $0.isMultiple(of: skip) }.flatMap { power in
      factors.map { $0 * pow(10, Double(power)) }
    }
    values = ticks.map { log10($0) }
    labels = ticks.map { Self.text($0) }
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is not below a step.
  private static func roundStep(atLeast step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= step * (1 - 1e-9) } ?? 10) * power
  }

  private static func text(_ value: Double) -> String {
    String(format: "%.6g", value == 0 ? 0 : value)
  }
}
