/// One of the folds of a cross-validation: which part of the images validates, while the others train.
///
/// Its text, also in YAML and JSON, is `2/5`: the second of five.
public struct Fold: Equatable, Sendable {
  /// Which one, from 1.
  public let index: Int
  /// How many there are, 2 or more.
  public let count: Int

  /// A fold of its numbers; nil where there is no such fold.
  public init?(index: Int, count: Int) {
    guard count >= 2, (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }
}

extension Fold: CustomStringConvertible {
  /// The fold that a text such as `2/5` states; nil for other texts.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
    self.init(index: index, count: count)
  }

  /// `2/5`.
  public var description: String { "\(index)/\(count)" }
}

extension Fold: Codable {
  /// Reads a text such as `2/5`. Throws `DecodingError` for other texts.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let fold = Fold(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is no fold; expected I/K with K from 2 and I from 1 to K")
    }
    self = fold
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension ImageFolder {
  /// Puts one fold aside, to validate on, for a stratified cross-validation.
  ///
  /// The images of each class, in the order of a hash of their paths below the folder, go to the folds in turn: every
  /// image is in exactly one fold, and the folds' images of a class differ by at most one. No seed enters.
  /// - Throws: `DatasetError.tooFewForFolds` where a class has fewer images than there are folds.
  /// - Complexity: O(n log n) for n images.
  public func settingAside(_ fold: Fold) throws(DatasetError) -> (
    training: ImageFolder, validation: ImageFolder
  ) {
    if let smallest = smallestClass, smallest.count < fold.count {
      throw .tooFewForFolds(path: root, name: smallest.name, count: smallest.count, folds: fold.count)
    }
    return split { rank, _ in rank % fold.count == fold.index - 1 }
  }
}

extension DatasetSplits {
  /// The data with a fold of the training images put aside as their validation split.
  /// - Throws: also `DatasetError.validationExists` where there is such a split already.
  public func settingAside(_ fold: Fold) throws(DatasetError) -> DatasetSplits {
    try refuseValidation("fold")
    let parts = try train.settingAside(fold)
    return DatasetSplits(train: parts.training, validation: parts.validation, test: test)
  }
}
