/// The image on a thin plate that is bent: the points of a grid move at random, and what lies between follows as
/// smoothly as it can.
///
/// Moves are uniform, as in Kornia's `RandomThinPlateSpline`, whose `scale` is twice the distortion here. Source:
/// Bookstein, "Principal warps: thin-plate splines and the decomposition of deformations", PAMI 1989.
public struct ThinPlateSpline: SamplingTransform {
  /// The number of points along either side, 2...8; 4 by default.
  public var points: Int
  /// How far a point may move each way, as a fraction of the side, 0...0.5; 0.05 by default.
  public var distortion: Double
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// Moves of the points of a grid.
  public init(
    points: Int = 4, distortion: Double = 0.05, interpolation: Interpolation = .bilinear,
    border: Border = .constant, fill: UInt8 = 0,
    probability: Double = 1
  ) {
    self.points = points
    self.distortion = distortion
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case points, distortion
    case interpolation, border, fill, probability
  }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      points: try options.value(.points, default: 4, expected: "a whole number of 2 to 8"),
      distortion: try options.value(.distortion, default: 0.05, expected: "a number of 0 to 0.5"),
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability))
  }

  /// Checks every value.
  public func validate() throws(AugmentationError) {
    try Self.require((2...8).contains(points), .points, "between 2 and 8", got: points)
    try Self.require((0...0.5).contains(distortion), .distortion, "between 0 and 0.5", got: distortion)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the move of every point across and down, row by row.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    if distortion == 0 { return nil }
    var stream = key.parameters()
    let range = -distortion...distortion
    let moves = (0..<points * points).map { _ in [stream.uniform(in: range), stream.uniform(in: range)] }
    return Plan(moves: moves, sampling: sampling)
  }
}

extension ThinPlateSpline {
  /// Known moves.
  public struct Plan: WarpPlan {
    /// How far from the points of a square grid, row by row, their pixels come: to the right as a fraction of the
    /// width, and down as a fraction of the height.
    public let moves: [[Double]]
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      let points = (2...8).first { $0 * $0 == moves.count }
      guard let points, moves.allSatisfy({ $0.count == 2 && $0.allSatisfy((-4...4).contains) }),
        let field = SplineField(points: points, moves: moves, size: size)
      else {
        throw .planMismatch(expected: "moves of a grid of 2x2 to 8x8 points", got: "\(moves.count) moves")
      }
      return Warp(field: field, sampling: sampling)
    }
  }
}
