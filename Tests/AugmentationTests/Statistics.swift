/// Pearson's statistic of counts against the expected shares.
func chiSquare(_ counts: [Int], shares: [Double]) -> Double {
  let total = Double(counts.reduce(0, +))
  return zip(counts, shares).reduce(0) { sum, pair in
    let expected = total * pair.1
    return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
  }
}

/// The largest gap between the distribution of values and the uniform one on 0...1.
func largestGap(_ values: [Double]) -> Double {
  let count = Double(values.count)
  return values.sorted().enumerated().reduce(0) { gap, item in
    max(gap, item.element - Double(item.offset) / count, Double(item.offset + 1) / count - item.element)
  }
}
