extension ImageFolder {
  /// The images of several folders as one, each in the class of its name.
  /// - Parameter parts: at least one; their relative paths differ.
  init(merging parts: [ImageFolder]) {
    if parts.count == 1 {
      self = parts[0]
      return
    }
    let classes = Set(parts.flatMap(\.classes)).sorted { $0.precedesByCodePoint($1) }
    let places = Dictionary(classes.enumerated().map { ($1, $0) }) { first, _ in first }
    var samples: [ImageSample] = []
    samples.reserveCapacity(parts.reduce(0) { $0 + $1.samples.count })
    for part in parts {
      let labels = part.classes.map { places[$0] ?? 0 }
      for var sample in part.samples {
        sample.label = labels[sample.label]
        samples.append(sample)
      }
    }
    samples.sort { $0.relativePath.precedesByCodePoint($1.relativePath) }
    self.init(
      root: parts.map(\.root).joined(separator: " + "), classes: classes, samples: samples,
      warnings: parts.flatMap(\.warnings))
  }

  /// The same images under other relative paths, hence other identities.
  func prefixed(by prefix: String) -> ImageFolder {
    if prefix.isEmpty { return self }
    var folders: [ObjectIdentifier: SampleFolder] = [:]
    var renamed = self
    renamed.samples = samples.map { sample in
      let old = sample.folder
      let folder =
        folders[ObjectIdentifier(old)]
        ?? SampleFolder(path: old.path, relativePath: prefix + old.relativePath, names: old.names)
      folders[ObjectIdentifier(old)] = folder
      return ImageSample(sample, in: folder)
    }
    return renamed
  }
}
