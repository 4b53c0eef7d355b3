import ArgumentParser
import Convoy
import Foundation

/// The files that `convoy profile` writes.
struct ProfileFiles: ParsableArguments {
  @Option(help: "Write the measured points as comma-separated values.")
  var csv: String?

  @Option(help: "Draw throughput and efficiency by the number of workers, as SVG.")
  var svg: String?

  @Option(
    help: """
      Write what every thread does in 8 steps of each number of workers, in Chrome's trace format; it opens in \
      ui.perfetto.dev and chrome://tracing.
      """)
  var trace: String?

  /// Throws before anything is measured where a file could not be written afterwards.
  func check() throws {
    try [csv, svg, trace].compactMap(\.self).forEach(Self.check)
  }

  /// Throws where a file could not be written.
  static func check(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if !FileManager.default.isWritableFile(atPath: folder) {
      throw InterchangeError.cannotCreate(path: path, reason: "\(folder) is no folder to write into")
    }
  }

  /// Writes those that were asked for.
  func write(_ profile: ScalingProfile, _ events: ChromeTrace?) throws {
    if let csv { try AtomicFile.write(profile.csv, to: csv) }
    if let svg { try AtomicFile.write(profile.svg, to: svg) }
    if let trace, let events { try AtomicFile.write(events.json, to: trace) }
  }
}
