import Pixels

/// What is decoded of an image, and how small.
public struct ImagePart: Hashable, Sendable {
  /// A rectangle of the image as it is after the reduction; nil for all of it.
  public var region: PixelRegion?
  /// By what each side is divided while it is decoded, which costs less than to decode the image and to shrink it: 1, or
  /// 2, 4 or 8 for a JPEG. Sides are rounded up. The pixels are near the means of those that they stand for.
  public var divisor: Int

  /// A part.
  public init(region: PixelRegion? = nil, divisor: Int = 1) {
    self.region = region
    self.divisor = divisor
  }

  /// By what a JPEG can be divided, the largest first.
  public static let divisors = [8, 4, 2]

  /// What is left of a side.
  public func reduced(_ side: Int) -> Int { (side + divisor - 1) / divisor }
}
