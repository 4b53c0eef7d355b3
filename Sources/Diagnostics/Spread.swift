/// The median of repeated measurements and how far they lie apart.
public struct Spread: Codable, Equatable, Sendable {
  /// The middle value (the mean of the two middle ones of an even number), the smallest and the largest.
  public let median, lowest, highest: Double
  /// How many values there were.
  public let count: Int

  /// The spread of at least one value; nil of none.
  public init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    (lowest, highest, count) = (first, last, sorted.count)
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
