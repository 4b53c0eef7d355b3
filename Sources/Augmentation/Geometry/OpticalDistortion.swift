/// The image as through a lens: straight lines bend outwards (barrel) or inwards (pincushion).
///
/// A point at the distance r from the centre, measured in widths and heights, comes from the distance
/// r (1 + k r^2 + k r^4), with k uniform in its range. Follows Albumentations' `OpticalDistortion` with OpenCV's
/// camera model; positive numbers show more of the image.
public struct OpticalDistortion: SamplingTransform {
  /// The coefficient k, -1...1; -0.3...0.3 by default.
  public var distortion: ClosedRange<Double>
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// Up to three tenths either way: a corner moves by about a quarter of its distance.
  public static let standardDistortion = -0.3...0.3

  /// A lens with a coefficient in a range.
  public init(
    distortion: ClosedRange<Double> = standardDistortion, interpolation: Interpolation = .bilinear,
    border: Border = .constant, fill: UInt8 = 0,
    probability: Double = 1
  ) {
    self.distortion = distortion
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case distortion
    case interpolation, border, fill, probability
  }

  /// All options have defaults; one number means up to that, either way.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      distortion: try options.range(.distortion, default: Self.standardDistortion) { (-$0, $0) },
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability))
  }

  /// Checks every value.
  public func validate() throws(AugmentationError) {
    try Self.check(range: distortion, .distortion, within: -1...1)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the coefficient.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let distortion = stream.uniform(in: distortion)
    return distortion == 0 ? nil : Plan(distortion: distortion, sampling: sampling)
  }
}

extension OpticalDistortion {
  /// A known lens.
  public struct Plan: WarpPlan {
    /// The coefficient.
    public let distortion: Double
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      guard (-1...1).contains(distortion) else {
        throw .planMismatch(expected: "a distortion of -1 to 1", got: "\(distortion)")
      }
      return Warp(field: LensField(distortion: distortion, size: size), sampling: sampling)
    }
  }
}
