import Loading

/// `run.json`: everything that a run's result came from, and the result.
struct RunRecord: Encodable, Sendable {
  struct Versions: Encodable, Sendable {
    var convoy = ConvoyVersion.current
    var oneDNN: String
    var swift = ConvoyVersion.swift
  }

  /// With every value that was chosen filled in.
  var configuration: RunConfiguration
  var versions: Versions
  var machine: Machine
  var summary: RunSummary
  /// Of the files of each split in use; the files are in `files.tsv`.
  var fingerprints: [String: String]
  var preprocessing: Preprocessing
  /// What was changed on the way (`--allow-change`): then the result is not that of an unchanged run.
  var changes: [RunChange] = []
  /// The images that could not be read, as they were met.
  var badImages: [LeftOutImage] = []
  var history: [EpochReport] = []
  /// Where it diverged; nil where it did not.
  var divergence: Divergence?
  /// How it ended; nil while it goes on.
  var result: RunResult?

  /// Writes the file, whole or not at all.
  func save(to path: String) throws {
    try SafeFile.write(MetadataJSON.text(self, pretty: true) + "\n", to: path)
  }
}
