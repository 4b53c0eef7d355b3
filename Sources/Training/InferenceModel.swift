import Datasets
import Loading
import Networks
import Parallel
import Pixels

/// A model file made ready to score images: what evaluation and prediction share.
struct InferenceModel {
  let file: ModelFile
  let parallel: DataParallel
  private let options: RunConfiguration
  private let views: [ImageView]

  /// Opens a model and readies the workers, with its batch norms folded where that is asked for.
  init(_ path: String, _ options: InferenceOptions) throws {
    let loaded = try ModelFile.load(path)
    let file = options.foldsBatchNorm ? try loaded.foldingBatchNorms().model : loaded
    views = try options.augmentation?.views(for: file.preprocessing) ?? [.plain]
    let resolved = try options.resolved()
    parallel = try DataParallel(
      network: file.network, batchSize: resolved.batchSize, shards: resolved.shards ?? 1,
      workers: resolved.workers ?? 1, kernels: KernelSet(fastestFor: resolved.precision.numbers), seed: 0,
      momentCount: nil)
    try parallel.load(state: file.state)
    self.file = file
    self.options = resolved
  }

  /// Gives each readable image's opinion, in order: the mean over the ways to look at it.
  /// - Parameters:
  ///   - classes: the order that classes get in the opinions: the model's own, or another one.
  ///   - body: gets the image's index among the samples.
  /// - Returns: the images that could not be read.
  func opinions(
    on samples: [ImageSample], classes: [String], _ body: (_ image: Int, Opinion) throws -> Void
  ) throws -> [BadImage] {
    let loader = try loader(samples)
    let order = classes == file.classes ? nil : classes.map(place(of:))
    // Unreadable images leave no trace in a batch, so the next view of a sample with the same identity is the one.
    var next = 0
    var image = 0
    var known: [Opinion] = []
    func end() throws {
      if !known.isEmpty { try body(image, Opinion(meanOf: known)) }
      known.removeAll(keepingCapacity: true)
    }
    loader.begin(epoch: 0)
    while let batch = try nextBatch(loader) {
      let scores = try parallel.scores(batch)
      let count = parallel.classes
      for index in 0..<batch.count {
        while samples[next / views.count].identity != batch.samples[index] { next += 1 }
        if next / views.count != image { try end() }
        image = next / views.count
        next += 1
        let own = scores[index * count..<(index + 1) * count]
        known.append(Opinion(scores: order.map { $0.map { own[own.startIndex + $0] }[...] } ?? own))
      }
      loader.recycle(batch)
    }
    try end()
    return loader.badImages
  }

  /// A loader that gives each of these images once for each view, in order.
  private func loader(_ samples: [ImageSample]) throws -> BatchLoader {
    var loaderOptions = LoaderOptions(
      preprocessing: options.reading.apply(to: file.preprocessing), batchSize: options.batchSize,
      loaderThreads: options.loaderThreads ?? 1, order: .sequential, onBadImage: options.onBadImage)
    loaderOptions.views = views
    options.reading.apply(to: &loaderOptions)
    return try BatchLoader(samples: samples, options: loaderOptions)
  }

  private func nextBatch(_ loader: BatchLoader) throws(LoadingError) -> ImageBatch? {
    do { return try loader.next() } catch { throw error.countingImages(ofViews: views.count) }
  }

  /// Where in the model's scores a class is.
  private func place(of name: String) -> Int {
    guard let index = file.classes.firstIndex(of: name) else {
      preconditionFailure("models that are asked together have the same classes")
    }
    return index
  }
}

extension LoadingError {
  /// The error with every image counted once, where each came so many times.
  fileprivate func countingImages(ofViews views: Int) -> LoadingError {
    if case .everyImageIsBad(let count, let first) = self {
      .everyImageIsBad(count: count / views, first: first)
    } else {
      self
    }
  }
}

extension ModelFile {
  /// The classes of models that are to be asked together, in the order of the first one's.
  ///
  /// Throws what ``load(_:)`` does, and ``TrainingError/differentClasses(path:first:missing:added:)``.
  static func commonClasses(of models: [String]) throws(TrainingError) -> [String] {
    var common: [String]?
    for path in models {
      let classes = try load(path).classes
      guard let known = common else {
        common = classes
        continue
      }
      if known.sorted() != classes.sorted() {
        throw .differentClasses(
          path: path, first: models[0], missing: known.filter { !classes.contains($0) },
          added: classes.filter { !known.contains($0) })
      }
    }
    return common ?? []
  }
}
