/// The image as seen from aside: each corner moves inwards by a random amount; the size stays.
///
/// Follows torchvision's `RandomPerspective`. Images narrower or lower than 2 pixels stay as they are.
public struct Perspective: SamplingTransform {
  /// How far a corner may move, as a fraction of half the width and half the height, 0...0.95; 0.5 by default.
  public var distortion: Double
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// A view whose corners move by up to a fraction.
  public init(
    distortion: Double = 0.5, interpolation: Interpolation = .bilinear, border: Border = .constant,
    fill: UInt8 = 0,
    probability: Double = 0.5
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

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      distortion: try options.value(.distortion, default: 0.5, expected: "a number of 0 to 0.95"),
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks every value.
  public func validate() throws(AugmentationError) {
    try Self.require((0...0.95).contains(distortion), .distortion, "between 0 and 0.95", got: distortion)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the column and row of each corner, the upper left one first, then clockwise.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    guard size.width > 1, size.height > 1 else { return nil }
    let across = Int(distortion * Double(size.width / 2))
    let down = Int(distortion * Double(size.height / 2))
    var stream = key.parameters()
    var corners = Plan.corners(of: size)
    for (index, corner) in corners.enumerated() {
      let (x, y) = (stream.integer(in: 0...across), stream.integer(in: 0...down))
      corners[index] = [corner[0] == 0 ? x : corner[0] - x, corner[1] == 0 ? y : corner[1] - y]
    }
    return corners == Plan.corners(of: size) ? nil : Plan(corners: corners, sampling: sampling)
  }
}

extension Perspective {
  /// A known view.
  public struct Plan: WarpPlan {
    /// Where the corners of the image go, as columns and rows: the upper left one first, then clockwise.
    public let corners: [[Int]]
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      let places = -ImageSize.longestSide...ImageSize.longestSide
      guard corners.count == 4, corners.allSatisfy({ $0.count == 2 && $0.allSatisfy(places.contains) }),
        let map = ProjectiveMap(from: corners, to: Self.corners(of: size), size: size)
      else {
        throw .planMismatch(expected: "four corners, no three of them in line", got: "\(corners)")
      }
      return Warp(map: map, sampling: sampling)
    }

    static func corners(of size: ImageSize) -> [[Int]] {
      [[0, 0], [size.width - 1, 0], [size.width - 1, size.height - 1], [0, size.height - 1]]
    }
  }
}
