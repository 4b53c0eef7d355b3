import Foundation

/// The folder that a run writes, and the names of what is in it.
struct RunFolder: Equatable, Sendable {
  let path: String

  var best: String { path + "/best.safetensors" }
  var last: String { path + "/last.safetensors" }
  var checkpoint: String { path + "/checkpoint.safetensors" }
  var log: String { path + "/log.csv" }
  var record: String { path + "/run.json" }
  var profile: String { path + "/profile.json" }

  /// Makes the folder of a new run.
  ///
  /// Throws ``TrainingError/cannotCreate(path:reason:)`` where it cannot be made or already holds a run.
  /// - Parameters:
  ///   - path: as configured; nil takes `runs/DATA-MODEL`, with the first number from 2 that is free.
  static func create(_ path: String?, data: String, model: String) throws(TrainingError) -> RunFolder {
    let folder = RunFolder(path: path ?? freePath("runs/\(name(of: data))-\(name(of: model))"))
    if [folder.record, folder.checkpoint].contains(where: FileManager.default.fileExists(atPath:)) {
      throw .cannotCreate(
        path: folder.path,
        reason: "it already holds a run; choose another --output, or go on with --resume \(folder.path)")
    }
    try make(folder.path)
    return folder
  }

  /// Makes a folder and those around it. Not by `FileManager`, whose errors do not say the system's reason.
  private static func make(_ path: String) throws(TrainingError) {
    let parts = path.split(separator: "/").map(String.init)
    for count in 1...max(1, parts.count) {
      let folder = (path.hasPrefix("/") ? "/" : "") + parts.prefix(count).joined(separator: "/")
      if mkdir(folder, 0o777) != 0 && errno != EEXIST {
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
