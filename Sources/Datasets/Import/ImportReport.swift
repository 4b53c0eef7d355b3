/// What an import wrote.
public struct ImportReport: Codable, Equatable, Sendable {
  /// The format that was read.
  public let format: ImportSource.Format
  /// The folder that now holds `train/CLASS/00001.png` and so on.
  public let output: String
  /// The class names by label; a class without an image has no folder.
  public let classNames: [String]
  /// The splits in the order in which they were written.
  public let splits: [Split]

  /// One split.
  public struct Split: Codable, Equatable, Sendable {
    /// `train` or `test`.
    public let name: String
    /// The number of images written.
    public let images: Int
    /// The images' width in pixels.
    public let width: Int
    /// The images' height in pixels.
    public let height: Int
  }
}
