import Foundation

/// How much memory this process has, in bytes, as Linux counts it.
public struct ProcessMemory: Codable, Equatable, Sendable {
  /// What it has in main memory now (VmRSS).
  public var resident: Int
  /// The most that it has had there (VmHWM).
  public var peak: Int

  /// Now; nil where the system does not tell.
  public static var current: ProcessMemory? {
    // Read at once: the file's size is not known before.
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let resident = field("VmRSS", of: status), let peak = field("VmHWM", of: status)
    else { return nil }
    return ProcessMemory(resident: resident, peak: peak)
  }

  /// The bytes of a field such as `VmRSS:     1234 kB`.
  static func field(_ name: String, of status: String) -> Int? {
    Machine.field(name, of: status)?.split(separator: " ").first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
