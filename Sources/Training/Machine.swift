import Foundation
import Kernels

/// The machine that a run went on, for `run.json`.
struct Machine: Codable, Sendable {
  /// The processor's own name.
  let processor: String
  /// Processors that the process may use.
  let processors: Int
  /// The instruction set that oneDNN uses, such as `avx512_core`.
  let instructions: String
  /// Main memory in bytes; 0 where the system does not tell.
  let memory: UInt64

  /// This machine, with as many processors as the run may use.
  static func current(processors: Int) -> Machine {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return Machine(
      processor: field("model name", of: info) ?? "unknown", processors: processors,
      instructions: Engine.instructionSet,
      memory: ProcessInfo.processInfo.physicalMemory)
  }

  /// The first value of a field of `/proc/cpuinfo`.
  static func field(_ name: String, of info: String) -> String? {
    for line in info.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }
}
