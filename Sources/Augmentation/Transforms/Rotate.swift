/// The image turned about its centre, bilinearly; the size stays and the corners are filled.
///
/// The angle is uniform in its range. Follows torchvision's `rotate` (positive is counter-clockwise).
public struct Rotate: Transform {
  /// The angle, -360...360 degrees, counter-clockwise.
  public var degrees: ClosedRange<Double>
  /// The value of what comes from outside the image, in every channel; 0 by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A rotation by an angle in a range.
  public init(degrees: ClosedRange<Double>, fill: UInt8 = 0, probability: Double = 1) {
    self.degrees = degrees
    self.fill = fill
    self.probability = probability
  }

  /// A rotation by up to an angle, either way.
  public init(degrees: Double, fill: UInt8 = 0, probability: Double = 1) {
    self.init(degrees: -abs(degrees)...abs(degrees), fill: fill, probability: probability)
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case degrees, fill, probability }

  /// `degrees` must be given; one number means up to that angle, either way.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      degrees: try options.range(.degrees) { (-$0, $0) },
      fill: try options.value(.fill, default: 0, expected: "a whole number of 0 to 255"),
      probability: try options.value(.probability, default: 1, expected: "a number of 0 to 1"))
  }

  /// Checks the angles and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: degrees, .degrees, within: -360...360)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the angle.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let angle = stream.uniform(in: degrees)
    return angle.truncatingRemainder(dividingBy: 360) == 0 ? nil : Plan(degrees: angle, fill: fill)
  }

  /// A rotation by a known angle.
  public struct Plan: TransformPlan {
    /// The angle, counter-clockwise.
    public let degrees: Double
    /// The value of what comes from outside the image.
    public let fill: UInt8

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard (-360...360).contains(degrees) else {
        throw .planMismatch(expected: "an angle of -360 to 360 degrees", got: "\(degrees)")
      }
      AffineWarp(map: .rotation(degrees: degrees), fill: fill).apply(to: &image)
    }
  }
}
