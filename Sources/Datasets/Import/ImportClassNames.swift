import Foundation

/// The class names of an import, which become the names of folders.
enum ImportClassNames {
  /// Fashion-MNIST's classes by label (Xiao and others, 2017), spelled for folders.
  static let fashionMNIST = [
    "T-shirt-top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle-boot",
  ]

  /// How the labels of Fashion-MNIST's train and test files begin: no other known set begins like that.
  private static let fashionOpenings: [[UInt8]] = [
    [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9, 1, 0, 6, 4],
    [9, 2, 1, 1, 6, 1, 4, 6, 5, 7, 4, 5, 7, 3, 4, 1, 2, 4, 8, 0],
  ]

  /// The names for IDX labels where none are given: Fashion-MNIST's for that set, else the labels as numbers,
  /// all with as many digits as the largest, so that the order of names is the order of labels.
  static func defaults(labels: [UInt8], classCount: Int) -> [String] {
    if classCount == fashionMNIST.count, fashionOpenings.contains(where: { labels.starts(with: $0) }) {
      return fashionMNIST
    }
    return (0..<classCount).map { zeroPadded($0, digits: String(classCount - 1).count) }
  }

  /// Reads names from a file with one a line; blank lines at the end are left out.
  ///
  /// Throws `ImportError.unreadable`, or `badFile` when their number is not `count`.
  static func read(_ path: String, count: Int) throws(ImportError) -> [String] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, cause: SystemCause.of(error))
    }
    var names = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    while names.last == "" { names.removeLast() }
    guard names.count == count else {
      throw .badFile(path: path, expected: "\(count) class names, one a line", got: "\(names.count)")
    }
    return names
  }

  /// Throws `ImportError.badClassNames` unless there is a name for every label, all differ, and each can be the
  /// name of a folder.
  static func validate(_ names: [String], classCount: Int) throws(ImportError) {
    guard names.count >= classCount else {
      throw .badClassNames(
        reason: "expected \(classCount), one for each label of 0 to \(classCount - 1), got \(names.count)")
    }
    var seen = Set<String>()
    for name in names {
      let isFolderName =
        !name.isEmpty && !name.hasPrefix(".") && name.utf8.count <= 255
        && !name.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
      guard isFolderName else {
        throw .badClassNames(reason: "expected names for folders, got \"\(name)\"")
      }
      guard seen.insert(name).inserted else {
        throw .badClassNames(reason: "expected different names, got \"\(name)\" twice")
      }
    }
  }
}

/// A number with zeros before it.
func zeroPadded(_ number: Int, digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
