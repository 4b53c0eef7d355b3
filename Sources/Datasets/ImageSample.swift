import Randomness

/// One image of a data set: where it is, what it shows, and the key of every random draw made for it.
public struct ImageSample: Hashable, Sendable {
  /// The absolute path of the file.
  public let path: String
  /// The path below the split's folder, with `/` between its parts: `"Bag/0001.png"`.
  public let relativePath: String
  /// The index of the class, or -1 where it is not known (prediction).
  public let label: Int
  /// `StableHash.of(relativePath)`. It stays when other files come or go and when the data set moves.
  public let identity: UInt64

  /// A sample whose identity follows from its relative path.
  public init(path: String, relativePath: String, label: Int) {
    self.path = path
    self.relativePath = relativePath
    self.label = label
    identity = StableHash.of(relativePath)
  }
}
