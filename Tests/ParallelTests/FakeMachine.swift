import TestSupport

/// A folder with the files of `/proc` and `/sys` that tell about processors.
struct FakeMachine {
  let folder: TemporaryFolder
  var root: String { folder.path }

  init() throws { folder = try TemporaryFolder() }

  /// Tells which processors are switched on, such as `0-3`.
  func online(_ list: String) throws {
    try folder.write(file: "sys/devices/system/cpu/online", text: list + "\n")
  }

  /// Tells that these processors are the threads of one core.
  func core(_ processors: Int..., list: String) throws {
    for processor in processors {
      try folder.write(
        file: "sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list", text: list + "\n")
    }
  }

  /// Puts the process into the groups of `/proc/self/cgroup`.
  func groups(_ lines: String..., mounts: [String]) throws {
    try folder.write(file: "proc/self/cgroup", text: lines.map { $0 + "\n" }.joined())
    try folder.write(file: "proc/self/mountinfo", text: mounts.map { $0 + "\n" }.joined())
  }

  /// Sets version 2's quota of a folder.
  func quota(_ text: String, in group: String) throws {
    try folder.write(file: "\(group)/cpu.max", text: text + "\n")
  }

  /// Sets version 1's quota of a folder.
  func quota(microseconds: Int, period: Int, in group: String) throws {
    try folder.write(file: "\(group)/cpu.cfs_quota_us", text: "\(microseconds)\n")
    try folder.write(file: "\(group)/cpu.cfs_period_us", text: "\(period)\n")
  }

  static let mount2 = "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate"
  static let mount1 = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct"
}
