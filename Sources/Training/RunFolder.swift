import Foundation
import Interchange

/// The folder that a run writes, and the names of what is in it.
struct RunFolder: Equatable, Sendable {
  let path: String

  var best: String { path + "/best.safetensors" }
  var last: String { path + "/last.safetensors" }
  var bestEMA: String { path + "/best-ema.safetensors" }
  var lastEMA: String { path + "/last-ema.safetensors" }
  var swa: String { path + "/swa.safetensors" }
  func snapshot(_ number: Int) -> String { path + "/snapshot-\(number).safetensors" }
  var checkpoints: CheckpointFolder { CheckpointFolder(path: path + "/checkpoints") }
  var log: String { path + "/log.csv" }
  var record: String { path + "/run.json" }
  var steps: String { path + "/steps.csv" }
  var files: String { path + "/files.tsv" }
  var profile: String { path + "/profile.json" }

  /// Makes the folder of a new run.
  ///
  /// Throws ``TrainingError/cannotCreate(path:reason:)`` where it cannot be made or already holds a run.
  /// - Parameters:
  ///   - path: as configured; nil takes `runs/DATA-MODEL`, with the first number from 2 that is free.
  static func create(_ path: String?, data: String, model: String) throws(TrainingError) -> RunFolder {
    let folder = RunFolder(path: Self.path(path, data: data, model: model))
    if FileManager.default.fileExists(atPath: folder.record) || !folder.checkpoints.entries().isEmpty {
      throw .cannotCreate(
        path: folder.path,
        reason: "it already holds a run; choose another --output, or go on with --resume \(folder.path)")
    }
    for path in [folder.path, folder.checkpoints.path] { try make(path) }
    return folder
  }

  /// Where a new run's folder is to be.
  static func path(_ path: String?, data: String, model: String) -> String {
    path ?? freePath("runs/\(name(of: data))-\(name(of: model))")
  }

  /// Opens the newest checkpoint that can be used.
  ///
  /// Throws ``TrainingError/missing(path:what:)``, ``TrainingError/noCheckpoint(folder:)`` and
  /// ``TrainingError/noUsableCheckpoint(folder:damaged:)``.
  func newestCheckpoint() throws(TrainingError) -> CheckpointFolder.Found {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path, what: "run folder") }
    guard let found = try checkpoints.newest() else { throw .noCheckpoint(folder: path) }
    return found
  }

  /// Removes what a process that was killed had not finished writing.
  func removeLeftovers() throws(TrainingError) {
    let files = [best, last, bestEMA, lastEMA, swa, log, record, files, profile].map(
      AtomicFile.temporaryPath(of:))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path)) ?? []
    let saving = names.filter { $0.hasPrefix("step-") && AtomicFile.isTemporary($0) }
    let snapshots = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
      $0.hasPrefix("snapshot-") && AtomicFile.isTemporary($0)
    }
    for file in files + snapshots.map({ path + "/" + $0 }) + saving.map({ checkpoints.path + "/" + $0 }) {
      if unlink(file) != 0 && errno != ENOENT {
        throw .writeFailed(path: file, reason: String(cString: strerror(errno)), kept: nil)
      }
    }
  }

  /// Makes a folder and those around it. Not by `FileManager`, whose errors do not say the system's reason.
  private static func make(_ path: String) throws(TrainingError) {
    let parts = path.split(separator: "/").map(String.init)
    for count in 1...max(1, parts.count) {
      let folder = (path.hasPrefix("/") ? "/" : "") + parts.prefix(count).joined(separator: "/")
      if mkdir(folder, 0o777) == 0 {
        do { try AtomicFile.syncFolder(of: folder) } catch {
          throw .cannotCreate(path: path, reason: error.reason)
        }
      } else if errno != EEXIST {
        throw .cannotCreate(path: path, reason: String(cString: strerror(errno)))
      }
    }
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue {
      throw .cannotCreate(path: path, reason: "it is not a folder")
    }
  }

  /// The last part of a path, without a file's ending.
  private static func name(of path: String) -> String {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    return url.deletingPathExtension().lastPathComponent
  }

  private static func freePath(_ path: String) -> String {
    var candidate = path
    var number = 2
    while FileManager.default.fileExists(atPath: candidate) {
      candidate = "\(path)-\(number)"
      number += 1
    }
    return candidate
  }
}
