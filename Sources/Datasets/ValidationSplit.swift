import Randomness

extension ImageFolder {
  /// Puts images of every class aside, to validate on: a stratified split.
  ///
  /// Of each class the share, rounded to whole images, but at least one image and never all. Which ones follows from
  /// a hash of their paths below the folder: not from a seed, so that runs with other seeds are judged by the same
  /// images, and not from the other files, so that a file that comes or goes moves at most one other of its class
  /// from one part to the other.
  /// - Parameter share: of the images that is put aside, above 0 and below 1.
  /// - Throws: `DatasetError.tooFewToSplit` for a class with fewer than two images.
  /// - Complexity: O(n log n) for n images.
  public func settingAside(share: Double) throws(DatasetError) -> (
    training: ImageFolder, validation: ImageFolder
  ) {
    precondition(share > 0 && share < 1, "a share is above 0 and below 1")
    if let smallest = smallestClass, smallest.count < 2 {
      throw .tooFewToSplit(path: root, name: smallest.name, count: smallest.count)
    }
    return split { rank, count in
      rank < min(count - 1, max(1, Int((share * Double(count)).rounded())))
    }
  }

  /// The class with the fewest images; the first of equals.
  var smallestClass: (name: String, count: Int)? {
    zip(classes, countsPerClass).map { (name: $0, count: $1) }.min { $0.count < $1.count }
  }

  /// Parts the images by where they stand among those of their class, in the order of a hash of their paths.
  /// - Parameter isAside: whether the image of a rank, of so many in its class, is put aside.
  func split(
    _ isAside: (_ rank: Int, _ count: Int) -> Bool
  ) -> (training: ImageFolder, validation: ImageFolder) {
    let purpose = StableHash.of("validation")
    let keys = samples.map { StableHash.combine(purpose, $0.identity) }
    var members = [[Int]](repeating: [], count: classes.count)
    for (index, sample) in samples.enumerated() { members[sample.label].append(index) }
    var aside = [Bool](repeating: false, count: samples.count)
    for indices in members {
      // Equal hashes of two paths are all but impossible; the order of the paths then decides.
      let ranked = indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      for (rank, index) in ranked.enumerated() { aside[index] = isAside(rank, indices.count) }
    }
    func part(_ wanted: Bool, _ warnings: [DatasetWarning]) -> ImageFolder {
      ImageFolder(
        root: root, classes: classes, samples: zip(samples, aside).filter { $0.1 == wanted }.map(\.0),
        warnings: warnings)
    }
    return (part(false, warnings), part(true, []))
  }
}

extension DatasetSplits {
  /// The data with a share of the training images put aside as their validation split
  /// (`ImageFolder.settingAside(share:)`).
  /// - Throws: also `DatasetError.validationExists` where there is such a split already.
  public func settingAside(share: Double) throws(DatasetError) -> DatasetSplits {
    try refuseValidation("validation-split")
    let parts = try train.settingAside(share: share)
    return DatasetSplits(train: parts.training, validation: parts.validation, test: test)
  }

  /// Images that are put aside would not be used where there are others to validate on.
  func refuseValidation(_ option: String) throws(DatasetError) {
    guard let validation else { return }
    throw .validationExists(path: validation.root, option: option, training: train.root)
  }
}
