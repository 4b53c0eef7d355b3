extension ImageFolder {
  /// The folder with samples that it had, in their places, whether or not their files are still there: for a run that
  /// goes on.
  /// - Complexity: O(n log n) for n images.
  public func restoring(_ gone: [ImageSample]) -> ImageFolder {
    if gone.isEmpty { return self }
    var folder = self
    folder.samples = (samples + gone).sorted { $0.relativePath.precedesByCodePoint($1.relativePath) }
    return folder
  }
}

extension DatasetSplits {
  /// The splits with samples that the training data had, as by ``ImageFolder/restoring(_:)``.
  public func restoring(_ gone: [ImageSample]) -> DatasetSplits {
    DatasetSplits(train: train.restoring(gone), validation: validation, test: test)
  }
}
