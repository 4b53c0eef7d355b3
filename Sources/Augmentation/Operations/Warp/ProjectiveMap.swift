/// Where the value of an output pixel comes from: a projective map of positions relative to the image's centre,
/// in pixels, with x to the right and y down.
///
/// The source of `(x, y)` is `(xx x + xy y + x0, yx x + yy y + y0) / (wx x + wy y + w0)`.
struct ProjectiveMap: Equatable {
  var xx = 1.0
  var xy = 0.0
  var x0 = 0.0
  var yx = 0.0
  var yy = 1.0
  var y0 = 0.0
  var wx = 0.0
  var wy = 0.0
  var w0 = 1.0

  static let identity = ProjectiveMap()

  /// Turns the picture counter-clockwise.
  static func rotation(degrees: Double) -> ProjectiveMap {
    let (sine, cosine) = (sine(degrees: degrees), cosine(degrees: degrees))
    return ProjectiveMap(xx: cosine, xy: -sine, yx: sine, yy: cosine)
  }

  /// Enlarges the picture: 2 shows its middle half.
  static func zoom(_ scale: Double) -> ProjectiveMap {
    ProjectiveMap(xx: 1 / scale, xy: 0, yx: 0, yy: 1 / scale)
  }

  /// Whether straight lines stay parallel: nothing is divided.
  var isAffine: Bool { wx == 0 && wy == 0 && w0 == 1 }

  /// Whether positions stay small enough for fixed-point numbers.
  var isModerate: Bool {
    [xx, xy, yx, yy, wx, wy, w0].allSatisfy { abs($0) <= 0x1p16 }
      && [x0, y0].allSatisfy { abs($0) <= 0x1p24 }
  }

  /// The map that first follows another: `(a * b)(p) = a(b(p))`.
  static func * (a: ProjectiveMap, b: ProjectiveMap) -> ProjectiveMap {
    ProjectiveMap(
      xx: a.xx * b.xx + a.xy * b.yx + a.x0 * b.wx, xy: a.xx * b.xy + a.xy * b.yy + a.x0 * b.wy,
      x0: a.xx * b.x0 + a.xy * b.y0 + a.x0 * b.w0,
      yx: a.yx * b.xx + a.yy * b.yx + a.y0 * b.wx, yy: a.yx * b.xy + a.yy * b.yy + a.y0 * b.wy,
      y0: a.yx * b.x0 + a.yy * b.y0 + a.y0 * b.w0,
      wx: a.wx * b.xx + a.wy * b.yx + a.w0 * b.wx, wy: a.wx * b.xy + a.wy * b.yy + a.w0 * b.wy,
      w0: a.wx * b.x0 + a.wy * b.y0 + a.w0 * b.w0)
  }

  /// Where a position comes from; far away where it lies on or behind the horizon.
  @inline(__always)
  func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    let depth = wx * x + wy * y + w0
    guard depth > 0x1p-20 else { return (Self.far, Self.far) }
    let scale = 1 / depth
    return ((xx * x + xy * y + x0) * scale, (yx * x + yy * y + y0) * scale)
  }

  private static let far = -0x1p26
}
