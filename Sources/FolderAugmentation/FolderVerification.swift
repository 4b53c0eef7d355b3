import Augmentation
import Crypto
import Datasets
import Foundation
import ImageCodecs

/// Checks a folder against its manifest: every source, every file, and that the one still makes the other.
public struct FolderVerification: Sendable {
  /// The folder that the sources are in.
  public var input: String
  /// The folder that was written, with its `manifest.jsonl`.
  public var output: String
  /// How many images are worked on at once, 1 or more; the number of cores by default.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// A check of a folder.
  public init(input: String, output: String) {
    self.input = input
    self.output = output
  }

  /// What was found.
  public struct Result: Codable, Equatable, Sendable {
    /// The files that the manifest names.
    public let files: Int
    /// What is not as the manifest says, by path: each a line that names a file.
    public let differences: [String]
    /// Whether the check was stopped on its way.
    public let isStopped: Bool

    /// The names of the fields.
    public enum CodingKeys: String, CodingKey {
      case files, differences
      case isStopped = "stopped"
    }
  }

  /// Makes every file again, in memory, and compares. Writes nothing.
  /// - Throws: ``FolderAugmentationError`` where there is no manifest or it is not one.
  public func run(
    stop: StopRequest = StopRequest(),
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(FolderAugmentationError) -> Result {
    if threads < 1 { throw .invalidOption(name: "threads", reason: "must be at least 1, not \(threads)") }
    let items = FolderReplay.items(of: try Manifest(contentsOf: output + "/" + Manifest.name))
    let total = items.reduce(0) { $0 + $1.outputs.count }
    let state = Locked(State(found: Array(repeating: [], count: items.count)))
    let isStopped = SharedWork.run(count: items.count, threads: threads, stop: stop) { place in
      let found = differences(in: items[place])
      let done = state.withLock { state in
        state.found[place] = found
        state.done += items[place].outputs.count
        return state.done
      }
      progress(done, total)
      return true
    }
    return Result(
      files: total, differences: state.withLock { $0.found.flatMap(\.self) }, isStopped: isStopped)
  }

  private struct State {
    var done = 0
    var found: [[String]]
  }

  private func differences(in item: WorkItem) -> [String] {
    var source: SourceImage
    do { source = try SourceImage(path: input + "/" + item.source) } catch { return ["\(error)"] }
    var found: [String] = []
    for case .replayed(let entry) in item.outputs.map(\.making) {
      guard entry.sourceSHA256 == source.sha256 else {
        return [
          FolderAugmentationError.sourceChanged(path: input + "/" + item.source, manifest: Manifest.name)
            .description
        ]
      }
      let path = output + "/" + entry.output
      do {
        let file = try ImageCodec.contents(of: path)
        if SHA256.hash(data: file).hexadecimal != entry.outputSHA256 {
          found.append("\(path): has changed since it was made")
        } else if let plan = entry.plan, let encoding = entry.encoding {
          do throws(SourceImage.Failure) {
            if try source.made(plan, encoding) != file {
              found.append("\(FolderAugmentationError.differentResult(path: path, manifest: Manifest.name))")
            }
          } catch { found.append("\(path): cannot be made again: \(error)") }
        }
      } catch { found.append("\(error)") }
    }
    return found
  }
}
