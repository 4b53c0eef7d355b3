extension AugmentationRecipe {
  /// Images stay as they are.
  public static let none = AugmentationRecipe(steps: [])

  /// What training uses unless told otherwise; every image leaves with the given size.
  ///
  /// Where all images have that size already, a crop from the padded image (a twentieth of the longer side, at
  /// least 1 pixel) and a flip; else a random resized crop of 35 to 100% of the area and a flip.
  public static func standard(size: ImageSize, sameSize: Bool) -> AugmentationRecipe {
    AugmentationRecipe {
      if sameSize {
        let twentieth = (Double(max(size.width, size.height)) / 20).rounded()
        RandomCrop(size, padding: max(1, Int(twentieth)))
      } else {
        RandomResizedCrop(size, area: 0.35...1)
      }
      HorizontalFlip(probability: 0.5)
    }
  }
}
