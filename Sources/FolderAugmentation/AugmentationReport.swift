/// What became of a folder.
public struct AugmentationReport: Codable, Equatable, Sendable {
  /// The folder that was written.
  public let output: String
  /// The images that could be read.
  public let images: Int
  /// The files that were made now.
  public let made: Int
  /// The files that were there already, as their manifest says.
  public let kept: Int
  /// The images that could not be read, by path.
  public let skipped: [SkippedImage]
  /// Whether the work was stopped on its way.
  public let isStopped: Bool
  /// The SHA-256 of `manifest.jsonl`, which has that of every file; nil where the work was stopped.
  public let manifestSHA256: String?

  /// The names of the fields.
  public enum CodingKeys: String, CodingKey {
    case output, images, made, kept, skipped
    case isStopped = "stopped"
    case manifestSHA256 = "manifest-sha256"
  }
}

/// Hears how far the work is. Any thread may call.
public struct AugmentationObserver: Sendable {
  /// Files done, and files in all.
  public var progress: @Sendable (_ done: Int, _ total: Int) -> Void
  /// An image that could not be read, as soon as that is known: in no certain order.
  public var skipped: @Sendable (SkippedImage) -> Void
  /// Something that the images' owner should know.
  public var warning: @Sendable (String) -> Void

  /// An observer; by default one that does nothing.
  public init(
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    skipped: @escaping @Sendable (SkippedImage) -> Void = { _ in },
    warning: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.progress = progress
    self.skipped = skipped
    self.warning = warning
  }
}
