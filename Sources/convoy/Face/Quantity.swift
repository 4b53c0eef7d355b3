import Foundation

/// Numbers as people read them.
enum Quantity {
  /// `0:07`, `12:34`, `1:02:03`; hours grow as they must.
  static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(max(0, seconds).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
  }

  /// `512 B`, `1.5 MiB`, `12 GiB`: powers of 1024, three figures.
  static func bytes(_ count: Int) -> String {
    scaled(Double(count), base: 1024, units: ["B", "KiB", "MiB", "GiB", "TiB"])
  }

  /// `950`, `11.2 M`, `1.82 G`: powers of 1000, three figures.
  static func short(_ count: Int) -> String {
    scaled(Double(count), base: 1000, units: ["", "k", "M", "G", "T", "P"])
  }

  /// `60,000`.
  static func grouped(_ count: Int) -> String {
    var digits = Array(String(count.magnitude))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return (count < 0 ? "-" : "") + String(digits)
  }

  /// `84.3%` from 0.843.
  static func percent(_ fraction: Double, decimals: Int = 1) -> String {
    fraction.isFinite ? String(format: "%.\(decimals)f%%", fraction * 100) : "-"
  }

  /// `+0.25 points` from 0.0025: the difference of two shares.
  static func points(_ difference: Double) -> String { String(format: "%+.2f points", difference * 100) }

  /// `0.1`, `0.001414`, `12.5`: four figures, as few as say it.
  static func rounded(_ value: Double) -> String { String(format: "%.4g", value) }

  /// `0.4321`: four decimals; larger numbers with fewer.
  static func loss(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    return value.magnitude < 100 ? String(format: "%.4f", value) : String(format: "%.4g", value)
  }

  /// `1,834` images a second; slow ones with a decimal.
  static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond < 1e15 else { return "-" }
    return perSecond < 100 ? String(format: "%.1f", perSecond) : grouped(Int(perSecond.rounded()))
  }

  /// `1 image`, `5 images`, `60,000 images`.
  static func count(_ count: Int, _ singular: String, plural: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? singular : plural ?? singular + "s")"
  }

  private static func scaled(_ value: Double, base: Double, units: [String]) -> String {
    var (value, unit) = (value, 0)
    while value >= base, unit + 1 < units.count {
      value /= base
      unit += 1
    }
    let decimals = unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
    let number = String(format: "%.\(decimals)f", value)
    return units[unit].isEmpty ? number : "\(number) \(units[unit])"
  }
}
