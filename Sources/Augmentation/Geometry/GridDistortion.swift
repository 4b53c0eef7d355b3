/// The image in columns and rows of random widths and heights, as if on rubber; the size stays.
///
/// Between the lines of a regular grid, the steps of the source are random: each is uniform around a step of the
/// grid, and all are scaled to the image. Follows Albumentations' `GridDistortion`, normalised.
public struct GridDistortion: SamplingTransform {
  /// The number of columns and of rows, 1...64; 5 by default.
  public var steps: Int
  /// How far a step may be from its normal width, as a fraction of it, 0...0.9; 0.3 by default.
  public var distortion: Double
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// A grid of a number of steps either way.
  public init(
    steps: Int = 5, distortion: Double = 0.3, interpolation: Interpolation = .bilinear,
    border: Border = .constant, fill: UInt8 = 0,
    probability: Double = 0.5
  ) {
    self.steps = steps
    self.distortion = distortion
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case steps, distortion
    case interpolation, border, fill, probability
  }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      steps: try options.value(.steps, default: 5, expected: "a whole number of 1 to 64"),
      distortion: try options.value(.distortion, default: 0.3, expected: "a number of 0 to 0.9"),
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks every value.
  public func validate() throws(AugmentationError) {
    try Self.require((1...64).contains(steps), .steps, "between 1 and 64", got: steps)
    try Self.require((0...0.9).contains(distortion), .distortion, "between 0 and 0.9", got: distortion)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the widths of the columns from the left, then the heights of the rows from the top.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let columns = lines(&stream)
    let rows = lines(&stream)
    return distortion == 0 ? nil : Plan(columns: columns, rows: rows, sampling: sampling)
  }

  /// Where lines come from, as fractions.
  private func lines(_ stream: inout RandomStream) -> [Double] {
    var places = [0.0]
    for step in 0..<steps {
      places.append(places[step] + stream.uniform(in: 1 - distortion...1 + distortion))
    }
    return places.map { $0 / places[steps] }
  }
}

extension GridDistortion {
  /// A known grid.
  public struct Plan: WarpPlan {
    /// Where the lines between columns, at equal distances in the result, come from: fractions of the width, from 0
    /// to 1.
    public let columns: [Double]
    /// Where the lines between rows come from: fractions of the height, from 0 to 1.
    public let rows: [Double]
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      guard [columns, rows].allSatisfy({ (2...65).contains($0.count) && $0.allSatisfy((0...1).contains) })
      else {
        throw .planMismatch(expected: "2 to 65 lines of 0 to 1 each way", got: "\(columns), \(rows)")
      }
      return Warp(field: GridField(columns: columns, rows: rows, size: size), sampling: sampling)
    }
  }
}
