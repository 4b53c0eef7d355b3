import Randomness

/// Random draws, which depend neither on workers nor on shards.
extension ReplicaRun {
  /// What a layer draws for one image of the shard: others in every epoch.
  func draws(forImage image: Int, path: String) -> RandomStream {
    guard let samples else { preconditionFailure("a shard is at hand") }
    return RandomStream(SampleKey(seed: seed, epoch: UInt32(epoch), sample: samples[image]), path: path)
  }

  /// What a layer draws once for all images of a step.
  func drawsForStep(path: String) -> RandomStream { RandomStream(step: step, seed: seed, path: path) }
}

extension RandomStream {
  /// What a layer draws once for all images of a step. Of another purpose than what it draws for each image, so that
  /// no step's number can be an image's identity.
  init(step: Int, seed: UInt64, path: String) {
    self.init(SampleKey(seed: seed, sample: UInt64(step)), path: path, purpose: .gate)
  }
}
