/// Where decoded images are kept from one epoch to the next.
public enum CacheKind: String, Codable, CaseIterable, Sendable {
  /// Nowhere: every epoch reads and decodes its images.
  case none
  /// In memory, for this run.
  case ram
  /// In a memory-mapped file, for this and later runs.
  case disk
}

/// How a loader keeps decoded images.
public struct CacheOptions: Equatable, Sendable {
  /// Where.
  public var kind: CacheKind
  /// The most bytes that pixels may take, above 0. Images beyond them are decoded each time.
  public var bytes: Int
  /// The folder of cache files, for `disk`; made where it is not there.
  public var folder: String
  /// What tells the images of this loader from others in the folder: the data's place and the split. A file of the same
  /// name whose images or settings are others is made anew.
  public var name: String

  /// A cache of so many bytes.
  public init(_ kind: CacheKind, bytes: Int, folder: String = "", name: String = "") {
    self.kind = kind
    self.bytes = bytes
    self.folder = folder
    self.name = name
  }
}

/// How much of a loader's images its cache holds.
public struct CacheUse: Codable, Equatable, Sendable {
  /// Where.
  public var kind: CacheKind
  /// The file, for `disk`; nil where it could not be used.
  public var path: String?
  /// Images that are there, and images that there are.
  public var images, ofImages: Int
  /// What their pixels take.
  public var bytes: Int
  /// Images that were taken from it so far, in place of reading and decoding them.
  public var hits: Int
  /// Why it takes no more images, or none at all; nil while it does.
  public var problem: String?
}
