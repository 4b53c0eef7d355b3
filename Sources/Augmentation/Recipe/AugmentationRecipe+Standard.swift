extension AugmentationRecipe {
  /// Images stay as they are.
  public static let none = AugmentationRecipe(steps: [])

  /// What training uses unless told otherwise; every image leaves with the given size.
  ///
  /// Where all images have that size already, a crop from the padded image (a twelfth of the longer side,
  /// at least 2 pixels) and a flip; else a random resized crop of 35 to 100% of the area and a flip.
  public static func standard(size: ImageSize, sameSize: Bool) -> AugmentationRecipe {
    AugmentationRecipe {
      if sameSize {
        let twelfth = (Double(max(size.width, size.height)) / 12).rounded()
        RandomCrop(size, padding: max(2, Int(twelfth)))
      } else {
        RandomResizedCrop(size, area: 0.35...1)
      }
      HorizontalFlip(probability: 0.5)
    }
  }
}
