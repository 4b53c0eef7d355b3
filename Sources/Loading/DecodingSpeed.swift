/// How exactly images are decoded that become smaller at once.
public enum DecodingSpeed: String, Codable, CaseIterable, Sendable {
  /// Every pixel, and then the resize.
  case exact
  /// A JPEG at a half, a quarter or an eighth of its size, where what is done to it first makes it as small: libjpeg then
  /// computes fewer pixels. What comes out differs a little.
  case fast
}
