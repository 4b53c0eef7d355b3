import Foundation
import Training

/// Everything that a search has done: `search.jsonl`, whose first line is the definition, each other one an entry.
struct SearchRecord: Sendable {
  /// A line.
  struct Entry: Codable, Sendable {
    /// The trial's number, from 1; 0 is that of the options without the space.
    var trial: Int
    /// The values of its parameters; empty for trial 0.
    var point: SearchPoint
    /// The rung that it was trained to.
    var rung: Int
    /// Whether that is the whole run.
    var isWhole: Bool
    /// Its score; nil where it failed or was stopped on the way.
    var score: TrialScore?
    /// Why it failed.
    var failure: String?
    /// Wall seconds that this took.
    var seconds: Double

    /// Whether it was stopped on the way, and goes on.
    var isStopped: Bool { score == nil && failure == nil }
  }

  var definition: SearchDefinition
  var entries: [Entry] = []

  /// Seconds that the search has taken.
  var seconds: Double { entries.reduce(0) { $0 + $1.seconds } }

  /// What the strategy may see.
  var history: SearchHistory {
    var history = SearchHistory()
    for entry in entries where entry.trial > 0 && !entry.isStopped {
      let index = entry.trial - 1
      if index == history.trials.count { history.trials.append(SearchHistory.Trial(point: entry.point)) }
      if let score = entry.score { history.trials[index].scores.append(score) }
      history.trials[index].failure = entry.failure
    }
    return history
  }
}

// MARK: - The file

extension SearchRecord {
  /// The file's text.
  func text() throws -> String {
    try ([MetadataJSON.text(definition)] + entries.map { try MetadataJSON.text($0) }).joined(separator: "\n")
      + "\n"
  }

  /// Reads a file.
  ///
  /// Throws ``TuningError/damagedRecord(path:reason:)``.
  init(readingFrom path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw TuningError.damagedRecord(path: path, reason: "it cannot be read as text")
    }
    let lines = text.split(separator: "\n").map(String.init)
    guard let first = lines.first else { throw TuningError.damagedRecord(path: path, reason: "it is empty") }
    func value<Value: Decodable>(_ type: Value.Type, _ text: String, line: Int) throws -> Value {
      do { return try MetadataJSON.value(type, from: text) } catch {
        throw TuningError.damagedRecord(path: path, reason: "line \(line): \(DecodingReason.of(error))")
      }
    }
    definition = try value(SearchDefinition.self, first, line: 1)
    entries = try lines.dropFirst().enumerated().map { try value(Entry.self, $1, line: $0 + 2) }
    try check(path)
  }

  /// Checks that the entries follow each other as those that a search wrote do.
  private func check(_ path: String) throws {
    let parameters = try SearchSpace(definition.space, path: definition.spacePath).parameters
    var rungs: [Int: Int] = [:]
    for (index, entry) in entries.enumerated() {
      let fits =
        entry.trial == 0
        || entry.point.count == parameters.count
          && zip(parameters, entry.point).allSatisfy { $1.map($0.takes) ?? true }
      let isNew = rungs[entry.trial] == nil
      let newest = rungs.keys.max() ?? 0
      let follows = entry.trial == 0 || !isNew || entry.trial == newest + 1
      guard fits, follows, entry.trial >= 0, entry.rung == rungs[entry.trial, default: 0], entry.seconds >= 0
      else {
        throw TuningError.damagedRecord(
          path: path, reason: "line \(index + 2) does not follow from those before")
      }
      rungs[entry.trial] = entry.isStopped ? entry.rung : entry.rung + 1
    }
  }
}
