/// The image turned, moved, scaled and sheared about its centre; the size stays.
///
/// Every number is uniform in its range. Follows torchvision's `RandomAffine`, but that angles count
/// counter-clockwise, as ``Rotate``'s do, that moves are not rounded to whole pixels, and that the interpolation is
/// bilinear by default.
public struct Affine: SamplingTransform {
  /// The angle, -360...360 degrees, counter-clockwise.
  public var degrees: ClosedRange<Double>
  /// How far to the right, as a fraction of the width, -1...1.
  public var translateX: ClosedRange<Double>
  /// How far down, as a fraction of the height, -1...1.
  public var translateY: ClosedRange<Double>
  /// The scale, 0.01...100: above 1 enlarges.
  public var scale: ClosedRange<Double>
  /// The shear along the rows, -80...80 degrees.
  public var shearX: ClosedRange<Double>
  /// The shear along the columns, -80...80 degrees.
  public var shearY: ClosedRange<Double>
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A warp with numbers in ranges; what is absent changes nothing.
  public init(
    degrees: ClosedRange<Double> = 0...0, translateX: ClosedRange<Double> = 0...0,
    translateY: ClosedRange<Double> = 0...0, scale: ClosedRange<Double> = 1...1,
    shearX: ClosedRange<Double> = 0...0, shearY: ClosedRange<Double> = 0...0,
    interpolation: Interpolation = .bilinear, border: Border = .constant, fill: UInt8 = 0,
    probability: Double = 1
  ) {
    self.degrees = degrees
    self.translateX = translateX
    self.translateY = translateY
    self.scale = scale
    self.shearX = shearX
    self.shearY = shearY
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case degrees
    case translateX = "translate_x"
    case translateY = "translate_y"
    case scale
    case shearX = "shear_x"
    case shearY = "shear_y"
    case interpolation, border, fill, probability
  }

  /// What is absent changes nothing. One number means up to that, either way; for the scale, just that.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      degrees: try options.range(.degrees, default: 0...0) { (-$0, $0) },
      translateX: try options.range(.translateX, default: 0...0) { (-$0, $0) },
      translateY: try options.range(.translateY, default: 0...0) { (-$0, $0) },
      scale: try options.range(.scale, default: 1...1) { ($0, $0) },
      shearX: try options.range(.shearX, default: 0...0) { (-$0, $0) },
      shearY: try options.range(.shearY, default: 0...0) { (-$0, $0) },
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability))
  }

  /// Checks every value.
  public func validate() throws(AugmentationError) {
    try Self.check(range: degrees, .degrees, within: -360...360)
    try Self.check(range: translateX, .translateX, within: -1...1)
    try Self.check(range: translateY, .translateY, within: -1...1)
    try Self.check(range: scale, .scale, within: 0.01...100)
    try Self.check(range: shearX, .shearX, within: -80...80)
    try Self.check(range: shearY, .shearY, within: -80...80)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the angle, the move across and down, the scale, the shear across and down.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let plan = Plan(
      degrees: stream.uniform(in: degrees),
      columns: stream.uniform(in: translateX) * Double(size.width),
      rows: stream.uniform(in: translateY) * Double(size.height),
      scale: stream.uniform(in: scale), shearX: stream.uniform(in: shearX),
      shearY: stream.uniform(in: shearY), sampling: sampling)
    return plan.isIdentity ? nil : plan
  }
}

extension Affine {
  /// A known affine warp.
  public struct Plan: WarpPlan {
    /// The angle, counter-clockwise.
    public let degrees: Double
    /// How far to the right and down, in pixels.
    public let columns, rows: Double
    /// The scale: above 1 enlarges.
    public let scale: Double
    /// The shears along the rows and along the columns, in degrees.
    public let shearX, shearY: Double
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      let moves = -131_072.0...131_072
      guard (-360...360).contains(degrees), moves.contains(columns), moves.contains(rows),
        (0.01...100).contains(scale), (-80...80).contains(shearX), (-80...80).contains(shearY)
      else {
        throw .planMismatch(
          expected: "a turn, move, scale and shear that Affine draws",
          got: "\(degrees), \(columns), \(rows), \(scale), \(shearX), \(shearY)")
      }
      return Warp(map: map, sampling: sampling)
    }

    var isIdentity: Bool {
      degrees.truncatingRemainder(dividingBy: 360) == 0 && columns == 0 && rows == 0 && scale == 1
        && shearX == 0 && shearY == 0
    }

    /// The inverse of the matrix of torchvision's `affine`, which turns clockwise.
    private var map: ProjectiveMap {
      let tilted = -degrees - shearY
      let across = sine(degrees: shearX) / cosine(degrees: shearX)
      let down = cosine(degrees: shearY)
      let a = cosine(degrees: tilted) / down
      let b = -a * across + sine(degrees: degrees)
      let c = sine(degrees: tilted) / down
      let d = -c * across + cosine(degrees: degrees)
      var map = ProjectiveMap(xx: d / scale, xy: -b / scale, yx: -c / scale, yy: a / scale)
      map.x0 = -map.xx * columns - map.xy * rows
      map.y0 = -map.yx * columns - map.yy * rows
      return map
    }
  }
}
