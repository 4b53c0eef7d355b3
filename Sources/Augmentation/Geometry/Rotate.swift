/// The image turned about its centre; the size stays, and the border decides what comes into the corners.
///
/// The angle is uniform in its range. Follows torchvision's `rotate` (positive is counter-clockwise), but
/// for the interpolation, which is bilinear by default.
public struct Rotate: SamplingTransform {
  /// The angle, -360...360 degrees, counter-clockwise.
  public var degrees: ClosedRange<Double>
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A rotation by an angle in a range.
  public init(
    degrees: ClosedRange<Double>, interpolation: Interpolation = .bilinear, border: Border = .constant,
    fill: UInt8 = 0, probability: Double = 1
  ) {
    self.degrees = degrees
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// A rotation by up to an angle, either way.
  public init(
    degrees: Double, interpolation: Interpolation = .bilinear, border: Border = .constant, fill: UInt8 = 0,
    probability: Double = 1
  ) {
    self.init(
      degrees: -abs(degrees)...abs(degrees), interpolation: interpolation, border: border, fill: fill,
      probability: probability)
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case degrees, interpolation, border, fill, probability
  }

  /// `degrees` must be given; one number means up to that angle, either way.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      degrees: try options.range(.degrees) { (-$0, $0) },
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability))
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
    if angle.truncatingRemainder(dividingBy: 360) == 0 { return nil }
    return Plan(
      degrees: angle, sampling: sampling)
  }

  /// A rotation by a known angle.
  public struct Plan: WarpPlan {
    /// The angle, counter-clockwise.
    public let degrees: Double
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      guard (-360...360).contains(degrees) else {
        throw .planMismatch(expected: "an angle of -360 to 360 degrees", got: "\(degrees)")
      }
      return Warp(map: .rotation(degrees: degrees), sampling: sampling)
    }
  }
}
