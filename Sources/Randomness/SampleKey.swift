/// What a random draw for one image depends on, and all it depends on.
///
/// Nothing else enters: not the thread, the time, the position in a batch or how many images there are.
public struct SampleKey: Hashable, Codable, Sendable {
  /// The run's seed.
  public var seed: UInt64
  /// The epoch, counted from 0.
  public var epoch: UInt32
  /// The sample's identity: a stable hash of its path relative to the data's root (``StableHash``).
  public var sample: UInt64
  /// Which of several augmented copies of one image this is.
  public var copy: UInt32

  /// Creates a key from its parts.
  public init(seed: UInt64, epoch: UInt32 = 0, sample: UInt64, copy: UInt32 = 0) {
    self.seed = seed
    self.epoch = epoch
    self.sample = sample
    self.copy = copy
  }
}
