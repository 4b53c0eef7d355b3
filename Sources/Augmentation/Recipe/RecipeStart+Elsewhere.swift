extension AugmentationRecipe {
  /// Applies every step to an image that lies elsewhere, such as in a cache, and stays as it is: as on a copy of it,
  /// which is not made where the recipe begins with a crop and a resize.
  /// - Parameters:
  ///   - image: becomes the result, in memory that it has where that is enough.
  ///   - start: for the same key and size.
  ///   - pixels: the image, rows without gaps.
  ///   - size: of the image.
  ///   - channels: of the image, 1 or 3.
  ///   - key: the sample.
  /// - Returns: whether left has still to become right.
  /// - Throws: ``AugmentationError``; the image is then of no use.
  public func apply(
    to image: inout PixelBuffer, from start: RecipeStart, reading pixels: Span<UInt8>, of size: ImageSize,
    channels: Int, key: SampleKey
  ) throws(AugmentationError) -> Bool {
    let region = start.region ?? PixelRegion(x: 0, y: 0, width: size.width, height: size.height)
    guard let resize = start.plan as? BoxResize, resize.box != resize.size else {
      image.copy(region, of: pixels, width: size.width, channels: channels)
      return try apply(to: &image, from: start, key: key)
    }
    try resize.moved(toOrigin: -region.x, -region.y)
      .apply(to: &image, reading: pixels, of: size, channels: channels)
    return try apply(
      to: &image, from: RecipeStart(region: nil, size: ImageSize(of: image), plan: nil), key: key)
  }
}
