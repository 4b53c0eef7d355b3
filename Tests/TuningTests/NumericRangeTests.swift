import Foundation
import Testing

@testable import Tuning

@Suite struct NumericRangeTests {
  private static let ranges = [
    NumericRange(low: 1e-4, high: 1, scale: .logarithmic, isInteger: false, points: nil),
    NumericRange(low: -2, high: 3, scale: .linear, isInteger: false, points: nil),
    NumericRange(low: 0.999, high: 0.9999, scale: .linear, isInteger: false, points: nil),
    NumericRange(low: 3, high: 11, scale: .linear, isInteger: true, points: nil),
    NumericRange(low: 1, high: 1000, scale: .logarithmic, isInteger: true, points: nil),
    NumericRange(low: 0, high: 1, scale: .linear, isInteger: false, points: [0, 0.25, 1]),
  ]

  @Test(arguments: ranges)
  func valuesStayInsideAndRiseWithTheirPlaces(range: NumericRange) {
    var last = -Double.infinity
    for step in 0...1000 {
      let value = range.value(at: Double(step) / 1000)
      #expect((range.low...range.high).contains(value) && value >= last)
      last = value
      #expect(range.value(at: range.place(of: value)) == value, "\(value)")
      #expect(range.text(value).count <= 10, "\(value) has a short text")
    }
    #expect(range.value(at: 0) == range.low && range.value(at: 1) == range.high)
  }

  @Test func wholeNumbersAreEquallyLikely() {
    let range = Self.ranges[3]
    let counts = (0..<9000).reduce(into: [Double: Int]()) {
      $0[range.value(at: (Double($1) + 0.5) / 9000), default: 0] += 1
    }
    #expect(counts.count == 9 && counts.values.allSatisfy { $0 == 1000 })
    #expect(range.gridValues == [3, 4, 5, 6, 7, 8, 9, 10, 11])
  }

  @Test func aLogarithmicRangeHasEqualRatios() {
    let range = Self.ranges[0]
    for (place, value) in [(0.25, 1e-3), (0.5, 1e-2), (0.75, 1e-1)] {
      #expect(abs(log(range.value(at: place) / value)) < 1e-3)
    }
  }
}
