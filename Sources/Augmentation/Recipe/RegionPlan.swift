/// A plan that looks at a rectangle of the image alone, so that no more of it needs to be decoded.
protocol RegionPlan: TransformPlan {
  /// The rectangle within an image of a size; nil where the plan does not fit or looks at nothing of it.
  func region(in size: ImageSize) -> PixelRegion?

  /// The same plan for an image that begins at another place of this one.
  func moved(toOrigin x: Int, _ y: Int) -> Self
}

extension BoxResize: RegionPlan {
  func region(in size: ImageSize) -> PixelRegion? {
    let region = PixelRegion(x: x, y: y, width: box.width, height: box.height)
    return region.lies(inWidth: size.width, height: size.height) ? region : nil
  }

  func moved(toOrigin x: Int, _ y: Int) -> BoxResize {
    BoxResize(x: self.x - x, y: self.y - y, box: box, size: size)
  }
}

extension Crop: RegionPlan {
  func region(in size: ImageSize) -> PixelRegion? {
    guard Crop.places.contains(x), Crop.places.contains(y), self.size.isValid else { return nil }
    let columns = (x..<x + self.size.width).clamped(to: 0..<size.width)
    let rows = (y..<y + self.size.height).clamped(to: 0..<size.height)
    if columns.isEmpty || rows.isEmpty { return nil }
    // Other borders go on with pixels from anywhere in the image.
    guard border == .constant || columns.count == self.size.width && rows.count == self.size.height else {
      return nil
    }
    return PixelRegion(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
  }

  func moved(toOrigin x: Int, _ y: Int) -> Crop {
    Crop(x: self.x - x, y: self.y - y, size: size, fill: fill, border: border)
  }
}
