import Loading
import Parallel

extension RunSummary.Memory {
  /// What a run needs, known before its first step.
  /// - Parameter baseline: the process's memory before anything of the run was made: the program and its libraries.
  init(replicas: DataParallel, loaders: [BatchLoader], baseline: ProcessMemory?) {
    let compute = replicas.memory
    self.init(
      program: baseline?.resident ?? 0, parameters: compute.parameters + compute.views,
      gradients: compute.gradients, moments: compute.moments, activations: compute.activations,
      batches: loaders.reduce(0) { $0 + $1.byteCount })
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
