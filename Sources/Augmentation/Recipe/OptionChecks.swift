// The checks that several transforms share, each with its one message.
extension Transform {
  static func require(
    _ condition: Bool, _ option: CodingKeys, _ expected: String, got: some CustomStringConvertible
  ) throws(AugmentationError) {
    guard condition else {
      throw .invalidOption(
        transform: name, option: option.stringValue, expected: expected, got: got.description)
    }
  }

  static func check(probability: Double, _ option: CodingKeys) throws(AugmentationError) {
    try require((0...1).contains(probability), option, "between 0 and 1", got: probability)
  }

  static func check(size: ImageSize, _ option: CodingKeys) throws(AugmentationError) {
    try require(size.isValid, option, "1 to \(ImageSize.longestSide) pixels on each side", got: size)
  }

  static func check(
    range: ClosedRange<Double>, _ option: CodingKeys, within limits: ClosedRange<Double>
  ) throws(AugmentationError) {
    try require(
      range.lowerBound >= limits.lowerBound && range.upperBound <= limits.upperBound, option,
      "within \(limits.lowerBound) to \(limits.upperBound)", got: "[\(range.lowerBound), \(range.upperBound)]"
    )
  }

  static func check(
    range: ClosedRange<Int>, _ option: CodingKeys, within limits: ClosedRange<Int>
  ) throws(AugmentationError) {
    try require(
      range.lowerBound >= limits.lowerBound && range.upperBound <= limits.upperBound, option,
      "within \(limits.lowerBound) to \(limits.upperBound)", got: "[\(range.lowerBound), \(range.upperBound)]"
    )
  }
}
