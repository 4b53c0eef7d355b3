import Loading
import Parallel

extension RunSummary.Memory {
  /// What a process needs beside what it asks for, whatever the network, and what evaluating and saving add to it:
  /// measured on Linux with vgg6 and ResNet-18 in both precisions (tools/check-memory repeats that).
  static let fixed = (training: 4 << 20, saving: 4 << 20)

  /// What a run needs, known before its first step.
  /// - Parameters:
  ///   - compute: what computes.
  ///   - baseline: the process's memory before anything of the run was made: the program, its libraries and the
  ///     names of the images.
  ///   - features: bytes of features that are kept.
  ///   - cache: bytes of decoded images that are kept in memory.
  ///   - epochMean: whether a mean of the weights at the ends of epochs is kept.
  ///   - savesState: whether checkpoints will be written.
  init(
    compute: MemoryUse, loaders: [BatchLoader], baseline: ProcessMemory?, features: Int = 0,
    cache: Int = 0,
    epochMean: Bool = false, savesState: Bool
  ) {
    self.init(
      program: baseline?.resident ?? 0, parameters: compute.parameters + compute.views,
      gradients: compute.gradients, moments: compute.moments, activations: compute.activations,
      batches: loaders.reduce(0) { $0 + $1.byteCount }, features: features, cache: cache,
      averages: compute.averages + (epochMean ? compute.parameters : 0),
      checkpoint: savesState ? compute.parameters + compute.moments + compute.averages : 0,
      other: Self.fixed.training + (savesState ? Self.fixed.saving : 0))
  }
}

extension BatchLoader {
  /// Bytes of the ring's batches.
  var byteCount: Int {
    let size = options.preprocessing
    return options.ringBatches * options.batchSize * size.channels * size.height * size.width
      * MemoryLayout<Float>.size
  }
}
