/// A rectangle of an image in pixels: its left column, upper row and size.
public struct PixelRegion: Hashable, Sendable {
  /// The left column and upper row.
  public var x, y: Int
  /// The size.
  public var width, height: Int

  /// A rectangle.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// Whether it is not empty and lies within an image of a size.
  public func lies(inWidth width: Int, height: Int) -> Bool {
    self.width > 0 && self.height > 0 && x >= 0 && y >= 0 && x <= width - self.width
      && y <= height - self.height
  }
}
