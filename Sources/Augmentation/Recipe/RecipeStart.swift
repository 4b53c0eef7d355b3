/// How a recipe begins for one sample: its first draws, made when only the image's size is known.
///
/// ```swift
/// let start = try recipe.start(for: size, key: key)
/// var image = decode(file, region: start.region)
/// let isMirrored = try recipe.apply(to: &image, from: start, key: key)
/// try normalize.store(image, into: &slot, mirrored: isMirrored)
/// ```
///
/// The result is that of `apply(to:key:)` on the whole image.
public struct RecipeStart: Sendable {
  /// All that the recipe looks at of the image; nil for the whole of it.
  public let region: PixelRegion?
  /// The size of the image or, if there is one, of its region.
  let size: ImageSize
  /// The first step, for an image that holds the region alone; nil where it leaves the sample as it is.
  let plan: (any TransformPlan)?
}

extension RecipeStart {
  /// Whether what the first step makes is no larger than what it looks at of the image, in an image each side of which is
  /// divided by a number.
  public func allows(divisor: Int) -> Bool {
    guard let resize = plan as? BoxResize, let region else { return false }
    return region.width >= divisor * resize.size.width && region.height >= divisor * resize.size.height
  }

  /// The start for the image with each side divided by a number, rounded up, which it ``allows(divisor:)``: the rectangle
  /// that is resized ends at the pixels in which it ends.
  public func divided(by divisor: Int) -> RecipeStart {
    guard divisor > 1, let resize = plan as? BoxResize, let region else { return self }
    let (x, y) = (region.x / divisor, region.y / divisor)
    let right = (region.x + region.width + divisor - 1) / divisor
    let bottom = (region.y + region.height + divisor - 1) / divisor
    let size = ImageSize(width: right - x, height: bottom - y)
    return RecipeStart(
      region: PixelRegion(x: x, y: y, width: size.width, height: size.height), size: size,
      plan: BoxResize(x: 0, y: 0, box: size, size: resize.size))
  }
}

extension AugmentationRecipe {
  /// Draws the parameters of the first step for one sample.
  /// - Parameters:
  ///   - size: the size of the whole image.
  ///   - key: the sample.
  /// - Throws: ``AugmentationError`` for an invalid recipe or a crop larger than the image.
  public func start(for size: ImageSize, key: SampleKey) throws(AugmentationError) -> RecipeStart {
    try validate()
    let plan = try list.firstPlan(for: size, sample: key)
    if let plan = plan as? any RegionPlan, let region = plan.region(in: size) {
      return RecipeStart(
        region: region, size: ImageSize(width: region.width, height: region.height),
        plan: plan.moved(toOrigin: region.x, region.y))
    }
    return RecipeStart(region: nil, size: size, plan: plan)
  }

  /// Applies every step to an image of which there may be only the region that the start names, and uses the
  /// image's memory again for what becomes of it.
  /// - Parameters:
  ///   - image: the region of the start.
  ///   - start: for the same key.
  ///   - key: the sample.
  /// - Returns: whether left has still to become right, which costs nothing when the image is stored.
  /// - Throws: ``AugmentationError``; the image is then of no use.
  public func apply(
    to image: inout PixelBuffer, from start: RecipeStart, key: SampleKey
  ) throws(AugmentationError) -> Bool {
    guard ImageSize(of: image) == start.size else {
      throw .planMismatch(expected: "an image of \(start.size)", got: "\(ImageSize(of: image))")
    }
    var runner = PlanRunner(image.take())
    if let plan = start.plan { try plan.run(on: &runner) }
    for index in list.transforms.indices.dropFirst() { try list.run(index, sample: key, in: &runner) }
    let isMirrored: Bool
    (image, isMirrored) = runner.finishAllButFlip()
    return isMirrored
  }
}
