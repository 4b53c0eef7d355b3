internal import CPixels

/// Every value replaced by the mean of a square around it, of a random size.
///
/// The radius is uniform in its range. Agrees with OpenCV's `blur` (mirrored border), exactly. Alpha stays.
public struct BoxBlur: SquareFilter {
  /// The square has 2 radius + 1 pixels on a side, 1...7; 1...3 by default, as Albumentations' 3 to 7 pixels.
  public var radius: ClosedRange<Int>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// Squares of 3 to 7 pixels.
  public static let standardRadius = 1...3

  /// Squares of a radius in a range.
  public init(radius: ClosedRange<Int> = standardRadius, probability: Double = 1) {
    self.radius = radius
    self.probability = probability
  }

  /// The options in recipes.
  public typealias CodingKeys = SquareFilterKeys

  /// A known size.
  public struct Plan: SquareFilterPlan {
    static let limits = 1...7

    /// The square has 2 radius + 1 pixels on a side.
    public let radius: Int

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(radius) else {
        throw .planMismatch(expected: "a radius within \(Self.limits)", got: "\(radius)")
      }
      image.filter(radius: radius) { task, scratch in
        cp_box(PixelKernels.level, task, Int32(radius), scratch)
      }
    }
  }
}
