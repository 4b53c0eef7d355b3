/// Where the value of an output pixel comes from: a linear map of positions relative to the image's centre,
/// in pixels, with x to the right and y down.
struct AffineMap: Equatable {
  /// The source is at `(xx * x + xy * y, yx * x + yy * y)`.
  var xx, xy, yx, yy: Double

  /// Turns the picture counter-clockwise.
  static func rotation(degrees: Double) -> AffineMap {
    let (sine, cosine) = (sine(degrees: degrees), cosine(degrees: degrees))
    return AffineMap(xx: cosine, xy: -sine, yx: sine, yy: cosine)
  }

  /// Enlarges the picture: 2 shows its middle half.
  static func zoom(_ scale: Double) -> AffineMap {
    AffineMap(xx: 1 / scale, xy: 0, yx: 0, yy: 1 / scale)
  }
}
