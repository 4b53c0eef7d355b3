import Datasets
import Loading
import Networks
import Parallel

/// A model file made ready to score images: what evaluation and prediction share.
struct InferenceModel {
  let file: ModelFile
  let parallel: DataParallel
  private let options: RunConfiguration

  /// Opens a model and readies the workers, with its batch norms folded where that is asked for.
  init(_ path: String, _ options: RunConfiguration, foldsBatchNorm: Bool) throws {
    let file = foldsBatchNorm ? try ModelFile.load(path).foldingBatchNorms().model : try ModelFile.load(path)
    parallel = try DataParallel(
      network: file.network, batchSize: options.batchSize, shards: options.shards ?? 1,
      workers: options.workers ?? 1, kernels: KernelSet(fastestFor: options.precision.numbers), seed: 0,
      momentCount: nil)
    try parallel.load(state: file.state)
    self.file = file
    self.options = options
  }

  /// A loader that gives each of these images once, in order.
  func loader(_ samples: [ImageSample]) throws -> BatchLoader {
    try BatchLoader(
      samples: samples,
      options: LoaderOptions(
        preprocessing: file.preprocessing, batchSize: options.batchSize,
        loaderThreads: options.loaderThreads ?? 1, order: .sequential, onBadImage: options.onBadImage))
  }
}
