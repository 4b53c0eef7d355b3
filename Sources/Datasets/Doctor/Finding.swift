/// What `convoy doctor` finds in a data set.
public enum FindingKind: String, Codable, CaseIterable, Sendable {
  // Files that cannot be used.
  case missing, unreadable, empty
  case notAnImage = "not-an-image"
  case unsupported, truncated, corrupt
  case tooLarge = "too-large"
  // The same picture where it does harm.
  case duplicateAcrossSplits = "duplicate-across-splits"
  case duplicateAcrossClasses = "duplicate-across-classes"
  case nearDuplicateAcrossSplits = "near-duplicate-across-splits"
  case nearDuplicateAcrossClasses = "near-duplicate-across-classes"
  // Classes that do not fit.
  case unknownClass = "unknown-class"
  case emptyClass = "empty-class"
  case singleClass = "single-class"
  case noTrainingSplit = "no-training-split"
  // What is worth a look.
  case duplicate
  case nearDuplicate = "near-duplicate"
  case missingClass = "missing-class"
  case similarClasses = "similar-classes"
  case imbalance
  case wrongExtension = "wrong-extension"
  case leftOut = "left-out"
  case outsideClasses = "outside-classes"
  case linkLoop = "link-loop"
  case turned, blank, tiny
  case longAndThin = "long-and-thin"

  /// Whether training would be harmed.
  public var isHarmful: Bool {
    switch self {
    case .missing, .unreadable, .empty, .notAnImage, .unsupported, .truncated, .corrupt, .tooLarge,
      .duplicateAcrossSplits, .duplicateAcrossClasses, .nearDuplicateAcrossSplits,
      .nearDuplicateAcrossClasses,
      .unknownClass, .emptyClass, .singleClass, .noTrainingSplit:
      true
    default: false
    }
  }

  /// What it is, in a line, for one or several.
  public var title: String {
    switch self {
    case .missing: "links to nothing, or files that are gone"
    case .unreadable: "files that the system does not let be read"
    case .empty: "empty files"
    case .notAnImage: "files that are no images"
    case .unsupported: "images of a kind that is not read"
    case .truncated: "images that are cut short"
    case .corrupt: "damaged images"
    case .tooLarge: "images with too many pixels"
    case .duplicateAcrossSplits: "the same file in two splits: what is tested on was trained on"
    case .duplicateAcrossClasses: "the same file in two classes: one of the labels is wrong"
    case .nearDuplicateAcrossSplits: "nearly the same picture in two splits: what is tested on was trained on"
    case .nearDuplicateAcrossClasses: "nearly the same picture in two classes: one of the labels may be wrong"
    case .unknownClass: "classes that the training images lack"
    case .emptyClass: "classes without images"
    case .singleClass: "one class only"
    case .noTrainingSplit: "no images to train on"
    case .duplicate: "the same file twice in a class"
    case .nearDuplicate: "nearly the same picture twice in a class"
    case .missingClass: "classes that are not tested"
    case .similarClasses: "classes with nearly the same name"
    case .imbalance: "classes of very different sizes"
    case .wrongExtension: "files whose name says another format than they have (they are read all the same)"
    case .leftOut: "images that are passed over for their names"
    case .outsideClasses: "images beside the class folders, passed over"
    case .linkLoop: "links to a folder that they lie in, not followed"
    case .turned: "photographs that are stored turned (they are set upright when they are read)"
    case .blank: "images of one colour"
    case .tiny: "images with a side below \(DatasetDoctor.shortestSide) pixels"
    case .longAndThin: "images more than \(DatasetDoctor.longestProportion) times as long as wide"
    }
  }
}

/// Findings of one kind.
public struct Finding: Codable, Equatable, Sendable {
  /// One of them: the files that it is about, and what there is to say.
  public struct Item: Codable, Equatable, Sendable {
    /// Paths below the data set's folder, or as a manifest gives them; none where it is about no file.
    public let files: [String]
    /// For example why the file cannot be read; may be empty.
    public let detail: String

    init(_ files: [String], _ detail: String = "") {
      self.files = files
      self.detail = detail
    }
  }

  /// What it is.
  public let kind: FindingKind
  /// Whether training would be harmed.
  public let isHarmful: Bool
  /// All of them, in the order of their paths.
  public let items: [Item]

  init(_ kind: FindingKind, _ items: [Item]) {
    self.kind = kind
    isHarmful = kind.isHarmful
    self.items = items
  }
}
