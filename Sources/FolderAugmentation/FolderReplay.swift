import Augmentation
import Foundation

/// Makes the files of a manifest again, byte for byte, without the recipe.
public struct FolderReplay: Sendable {
  /// The manifest that ``FolderAugmentation`` wrote.
  public var manifest: String
  /// The folder that its sources are in.
  public var input: String
  /// The folder that is written; made where it is missing.
  public var output: String
  /// Whether files that are in the way are replaced.
  public var overwrites = false
  /// How many images are worked on at once, 1 or more; the number of cores by default. It changes no file.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// A replay of a manifest.
  public init(manifest: String, input: String, output: String) {
    self.manifest = manifest
    self.input = input
    self.output = output
  }

  /// Makes what is not there yet.
  /// - Throws: ``FolderAugmentationError``: also where a source has changed since, is missing or cannot be read, where
  ///   other bytes come out, and where the manifest is not one.
  public func run(
    stop: StopRequest = StopRequest(), observer: AugmentationObserver = AugmentationObserver()
  ) throws(FolderAugmentationError) -> AugmentationReport {
    if threads < 1 { throw .invalidOption(name: "threads", reason: "must be at least 1, not \(threads)") }
    try OutputFolder.check(output, outside: input)
    let items = Self.items(of: try Manifest(contentsOf: manifest))
    try OutputFile.makeFolder(FilePath.resolved(output))
    let lock = try FolderLock(output)
    defer { withExtendedLifetime(lock) {} }
    let journal = try ManifestJournal(folder: FilePath.resolved(output))
    let maker = CopyMaker(
      input: FilePath.resolved(input), output: FilePath.resolved(output), journal: journal,
      replaying: manifest,
      overwrites: overwrites)
    let tally = try ItemQueue(items: items, threads: threads).run(maker, stop: stop, observer: observer)
    let digest = tally.isStopped ? nil : try journal.finish()
    return AugmentationReport(
      output: output, images: items.count, made: tally.made, kept: tally.kept, skipped: [],
      isStopped: tally.isStopped, manifestSHA256: digest)
  }

  /// The entries of a manifest by their sources, in order.
  static func items(of manifest: Manifest) -> [WorkItem] {
    // Of two lines about one file the later one counts: a run that replaced it had not come to its end.
    let latest = Dictionary(manifest.entries.map { (FilePath($0.entry.output), $0.entry) }) { $1 }
    var items: [WorkItem] = []
    for entry in latest.values.sorted(by: { $0.place < $1.place }) {
      let output = PlannedOutput(path: entry.output, making: .replayed(entry))
      if let last = items.last, FilePath(last.source) == FilePath(entry.source) {
        items[items.count - 1].outputs.append(output)
      } else {
        items.append(WorkItem(source: entry.source, outputs: [output]))
      }
    }
    return items
  }
}
