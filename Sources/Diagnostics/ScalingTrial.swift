/// One measurement of one number of workers.
public struct ScalingTrial: Codable, Equatable, Sendable {
  /// What is measured.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Whole steps on images from files, as in `convoy train`.
    case training
    /// Whole steps on one batch that is in memory.
    case compute
    /// Images read, decoded, augmented and assembled, and nothing else.
    case loading
  }

  /// What was measured, and the number of workers.
  public var kind: Kind
  /// See ``kind``.
  public var workers: Int
  /// Images and steps (batches, where only loading was measured) in the time measured.
  public var images, steps: Int
  /// The time measured, in seconds.
  public var seconds: Double
  /// Where each worker's time went; empty unless whole steps on images from files were measured.
  public var splits: [TimeSplit] = []
  /// Operations a second that the workers' cores reach together in multiply-adds alone, measured just before; 0
  /// where it was not.
  public var peakFLOPsPerSecond = 0.0

  /// Images a second.
  public var imagesPerSecond: Double { seconds > 0 ? Double(images) / seconds : 0 }
}
