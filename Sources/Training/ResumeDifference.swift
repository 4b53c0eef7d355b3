import Datasets

/// Something that is not as it was when a run was saved, so that going on would not lead to the same result.
struct ResumeDifference: Equatable, Sendable {
  /// How far it reaches.
  enum Reach: Sendable {
    /// The steps to come differ.
    case steps
    /// The images come in another order: an epoch under way must begin anew.
    case order
    /// What was learned does not fit any more, so that the run cannot go on.
    case everything
  }

  /// What it is about: an option's name, `training images`, `kernels`.
  let name: String
  /// What it was and is.
  let detail: String
  var reach = Reach.steps
}

extension ResumeDifference: CustomStringConvertible {
  /// `seed: was 0, is 5`.
  var description: String { "\(name): \(detail)" }
}

extension ResumeDifference {
  /// What changed in a split's files.
  /// - Parameters:
  ///   - fingerprint: of the state of before.
  ///   - earlier: that state, where it is known file by file.
  init(split: String, now: FolderManifest, fingerprint: String, earlier: FolderManifest?) {
    // A list that is not the one of the fingerprint would name the wrong files.
    let known = earlier.flatMap { $0.fingerprint == fingerprint ? $0 : nil }
    let parts = known.map { Self.texts(of: now.difference(from: $0)) } ?? []
    self.init(
      name: "\(split) images",
      detail: parts.isEmpty ? "files were added, removed or changed" : parts.joined(separator: ", "),
      reach: split == "training" ? .order : .steps)
  }

  /// `1 file was added (a.png)` and the like.
  static func texts(of difference: FolderManifest.Difference) -> [String] {
    [(difference.added, "added"), (difference.removed, "removed"), (difference.changed, "changed")]
      .filter { !$0.0.isEmpty }
      .map { files, verb in
        "\(files.count) \(files.count == 1 ? "file was" : "files were") \(verb) (\(list(files)))"
      }
  }

  /// The first three, then how many more there are.
  private static func list(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}

/// A change that a run went on with (`--allow-change`), in its record.
public struct RunChange: Codable, Equatable, Sendable {
  /// Where in the run it was resumed with it.
  public var position: RunPosition
  /// What it was and is, such as `seed: was 0, is 5`.
  public var change: String
}
