/// The cut of a mini-batch into shards: the one thing besides data, recipe and seed that a run's bits
/// depend on. It knows nothing of workers.
public struct ShardCut: Equatable, Sendable {
  /// Images of the mini-batch.
  public let images: Int
  /// Shards that have images.
  public let count: Int

  /// Cuts `images` into at most `shards` parts whose sizes differ by one at most.
  public init(images: Int, shards: Int) {
    self.images = images
    count = min(images, shards)
  }

  /// The images of a shard.
  public subscript(shard: Int) -> Range<Int> {
    shard * images / count..<(shard + 1) * images / count
  }
}
