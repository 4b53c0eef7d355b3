import Foundation

extension RandomStream {
  /// A uniform number in 0..<1, a multiple of 2^-53.
  public mutating func unit() -> Double {
    Double(nextWord() >> 11) * 0x1p-53
  }

  /// A uniform number in a closed range.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// A uniform integer in a closed range, without bias.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019.
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    let count = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound)) &+ 1
    if count == 0 { return Int(Int64(bitPattern: nextWord())) }
    var product = nextWord().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (0 &- count) % count
      while product.low < threshold { product = nextWord().multipliedFullWidth(by: count) }
    }
    return range.lowerBound &+ Int(Int64(bitPattern: product.high))
  }

  /// True with the given probability: always at 1, never at 0.
  public mutating func chance(_ probability: Double) -> Bool {
    unit() < probability
  }

  /// A normal number of mean 0 and standard deviation 1 (Box and Muller 1958, the cosine branch).
  public mutating func normal() -> Double {
    let radius = (-2 * Foundation.log(1 - unit())).squareRoot()
    return radius * Foundation.cos(2 * Double.pi * unit())
  }
}
