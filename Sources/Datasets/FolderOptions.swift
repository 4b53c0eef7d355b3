/// Which folder on the way to an image names its class.
public enum LabelRule: String, Codable, CaseIterable, Sendable {
  /// The first one below the data: `animals/dog/1.png` is `animals`.
  case top
  /// The one that it lies in: `animals/dog/1.png` is `dog`, as is `pets/dog/2.png`.
  case leaf
  /// All of them: `animals/dog/1.png` is `animals/dog`.
  case path
}

/// How folders and manifests are read. The rules are in docs/folders.md.
public struct FolderOptions: Equatable, Sendable {
  /// Which folder names an image's class.
  public var labelFrom = LabelRule.top
  /// A file that gives folders' names the names of classes (``ClassMap``); nil keeps the folders' names.
  public var classMap: String?
  /// Where the listings of large folders are kept.
  public var indexCache = IndexCache.automatic

  /// The defaults.
  public init() {}
}

/// Where the listings of a folder are kept, so that one with very many files is listed once.
public enum IndexCache: Equatable, Sendable {
  /// In `convoy/index` in the user's folder for caches (`$XDG_CACHE_HOME`, else `~/.cache`), where the folders hold
  /// 10,000 files and folders or more.
  case automatic
  /// In a file, however many there are.
  case file(String)
  /// Nowhere.
  case none
}
