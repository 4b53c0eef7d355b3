import Foundation
import Interchange
import Training

/// The folder that a search writes, and the names of what is in it.
struct SearchFolder: Sendable {
  let path: String

  /// What was done, to go on from.
  var record: String { path + "/search.jsonl" }
  /// The trials, the best first.
  var table: String { path + "/trials.csv" }
  /// The same, a JSON object a line.
  var lines: String { path + "/trials.jsonl" }
  /// The best trial's configuration.
  var best: String { path + "/best.yaml" }

  var holdsSearch: Bool { FileManager.default.fileExists(atPath: record) }

  /// The folder of a search: as stated, or `runs/DATA-tune`, where another search is in it with the first number from 2
  /// that is free or has this one.
  static func choose(_ path: String?, for definition: SearchDefinition) throws -> SearchFolder {
    if let path { return SearchFolder(path: path) }
    let data = URL(fileURLWithPath: definition.base.data ?? "data").standardizedFileURL
    let name = "runs/\(data.deletingPathExtension().lastPathComponent)-tune"
    var (number, folder) = (2, SearchFolder(path: name))
    while FileManager.default.fileExists(atPath: folder.path) {
      if folder.holdsSearch {
        let saved = try SearchRecord(readingFrom: folder.record).definition
        if try definition.differences(from: saved).isEmpty { break }
      }
      folder = SearchFolder(path: "\(name)-\(number)")
      number += 1
    }
    return folder
  }

  /// Makes the folder and those around it.
  func make() throws {
    do {
      try FileManager.default.createDirectory(atPath: path + "/trials", withIntermediateDirectories: true)
    } catch {
      throw TrainingError.cannotCreate(path: path, reason: (error as NSError).localizedDescription)
    }
  }

  /// Writes everything that a record says.
  func write(_ record: SearchRecord, _ ranking: [TrialReport], best: String?) throws {
    try SafeFile.write(record.text(), to: self.record)
    try SafeFile.write(ResultTable.csv(ranking), to: table)
    try SafeFile.write(
      ranking.map { try MetadataJSON.text($0) + "\n" }.joined(), to: lines)
    if let best { try SafeFile.write(best, to: self.best) }
  }
}
