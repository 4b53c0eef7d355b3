import Networks
import Parallel

extension RunSession {
  /// Scales the weights of a new run by its first batch of training images, where the network asks for it and they do
  /// not come from a file.
  ///
  /// The batch is that of the first step, so the seed decides which images are in it, and how they are augmented.
  func scaleInitialWeights() throws {
    guard let rule = plan.network.initializer?.lsuv, plan.configuration.weights == nil else { return }
    let loader = try plan.loader(plan.samples, forTraining: true)
    defer { loader.stop() }
    loader.begin(epoch: 0, skippingBatches: 0)
    guard let batch = try loader.next(), batch.count > 0 else { return }
    record.summary.lsuv = try replicas.scaleToUnitVariance(batch, rule)
    loader.recycle(batch)
  }
}
