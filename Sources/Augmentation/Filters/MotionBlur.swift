/// The image blurred along a line of random length and direction, as by a moving camera.
///
/// Length and direction are uniform in their ranges. The line goes through the pixel, its weights are shared out
/// linearly among the pixels beside it, and the border is mirrored. Alpha stays.
public struct MotionBlur: Transform {
  /// The line's length in pixels, 1...31; 3...7 by default, as Albumentations.
  public var length: ClosedRange<Double>
  /// The line's direction, -360...360 degrees, counter-clockwise from the horizontal; any (0...180) by default.
  public var degrees: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A few pixels.
  public static let standardLength = 3.0...7.0
  /// Any direction.
  public static let standardDegrees = 0.0...180.0

  /// A line of a length and direction in ranges.
  public init(
    length: ClosedRange<Double> = standardLength, degrees: ClosedRange<Double> = standardDegrees,
    probability: Double = 1
  ) {
    self.length = length
    self.degrees = degrees
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case length, degrees, probability }

  /// All options have defaults; one number fixes length or direction.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      length: try options.range(.length, default: Self.standardLength) { ($0, $0) },
      degrees: try options.range(.degrees, default: Self.standardDegrees) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the ranges and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: length, .length, within: Plan.lengths)
    try Self.check(range: degrees, .degrees, within: Plan.directions)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the length and the direction.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(length: stream.uniform(in: length), degrees: stream.uniform(in: degrees))
  }

  /// A known line.
  public struct Plan: TransformPlan {
    static let lengths = 1.0...31.0
    static let directions = -360.0...360.0

    /// The line's length in pixels.
    public let length: Double
    /// Its direction, counter-clockwise from the horizontal.
    public let degrees: Double

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.lengths.contains(length), Self.directions.contains(degrees) else {
        throw .planMismatch(
          expected: "a length of 1 to 31 and -360 to 360 degrees", got: "\(length), \(degrees)")
      }
      image.weigh(FilterTaps(lineOfLength: length, degrees: degrees))
    }
  }
}
