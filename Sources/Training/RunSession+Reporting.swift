import Loading

extension RunSession {
  /// Says once why a cache takes no more images.
  func reportCaches() {
    for loader in [loader, validation].compactMap(\.self) where !hasReportedCache {
      guard let use = loader.cacheUse, let problem = use.problem else { continue }
      hasReportedCache = true
      let rest =
        use.path == nil && use.kind == .disk
        ? "training goes on without it" : "the images that are not in it are decoded every epoch"
      observer.receive(.warning(.other("cache: \(problem); \(rest)")))
    }
  }

  /// Names every unreadable image once, and keeps it.
  func reportBadImages() {
    reportCaches()
    reportBadImages(of: loader, split: LeftOutImage.training, after: &reportedTrainingImages)
    if let validation {
      reportBadImages(
        of: validation, split: plan.data.validationSplit ?? "validation", after: &reportedValidationImages)
    }
  }

  private func reportBadImages(of loader: BatchLoader, split: String, after reported: inout Int) {
    let bad = loader.badSamples
    for bad in bad[reported...] {
      var image = LeftOutImage(bad, split: split)
      // The epochs of a loader that validates are all the same.
      if split != LeftOutImage.training { image.epoch = progress.position.epoch + 1 }
      progress.leaveOut(image)
      observer.receive(.warning(.badImage(path: image.path, reason: image.reason)))
    }
    reported = bad.count
  }
}
