import Foundation

/// How much of the processors the control groups ("cgroups") of the process grant it: what a container engine sets
/// with `--cpus`. Both versions of the kernel's interface are understood, and machines that have both.
enum ControlGroups {
  /// The processors that the tightest quota of the process's groups amounts to, rounded up, at least 1; nil where
  /// no group has one.
  /// - Parameter root: where `proc` and `sys` are; another than `/` in tests.
  static func processorQuota(root: String = "/") -> Int? {
    let mounts = (text(root, "proc/self/mountinfo") ?? "").split(separator: "\n").compactMap(Mount.init)
    let groups = (text(root, "proc/self/cgroup") ?? "").split(separator: "\n").compactMap(Group.init)
    return groups.compactMap { group in
      mounts.first { $0.version == group.version }.flatMap { tightest(of: $0.folders(of: group.path), root) }
    }.min()
  }

  /// The tightest quota of a group and those around it.
  private static func tightest(of folders: [String], _ root: String) -> Int? {
    folders.compactMap { folder in
      text(root, folder + "/cpu.max").flatMap(quota(version2:))
        ?? quota(
          version1: text(root, folder + "/cpu.cfs_quota_us"),
          period: text(root, folder + "/cpu.cfs_period_us"))
    }.min()
  }

  /// A file without the line's end; nil where it is missing, as it is in the outermost group.
  private static func text(_ root: String, _ path: String) -> String? {
    try? String(contentsOfFile: root + "/" + path, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// `"200000 100000"` is two processors, `"max 100000"` has no limit.
  static func quota(version2 text: String) -> Int? {
    let parts = text.split(separator: " ")
    return parts.count == 2 ? processors(Int(parts[0]), Int(parts[1])) : nil
  }

  /// -1 has no limit.
  static func quota(version1 quota: String?, period: String?) -> Int? {
    processors(quota.flatMap { Int($0) }, period.flatMap { Int($0) })
  }

  private static func processors(_ quota: Int?, _ period: Int?) -> Int? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period + (quota % period == 0 ? 0 : 1)
  }
}

extension ControlGroups {
  private enum Version { case one, two }

  /// A line of `/proc/self/cgroup` that has to do with processors, such as `4:cpu,cpuacct:/docker/1f` or `0::/`.
  private struct Group {
    let version: Version
    let path: String

    init?(line: Substring) {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      if parts[1].isEmpty {
        version = .two
      } else if parts[1].split(separator: ",").contains("cpu") {
        version = .one
      } else {
        return nil
      }
      path = String(parts[2])
    }
  }

  /// A line of `/proc/self/mountinfo` where groups can be looked up.
  private struct Mount {
    let version: Version
    /// The group that is seen at `folder`: in a container often its own, and not the outermost.
    let group: String
    let folder: String

    /// `32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu`
    init?(line: Substring) {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
      switch fields[dash + 1] {
      case "cgroup2": version = .two
      case "cgroup" where fields[dash + 3].split(separator: ",").contains("cpu"): version = .one
      default: return nil
      }
      group = Self.unescaped(fields[3])
      folder = Self.unescaped(fields[4])
    }

    /// The folders of a group and of those around it, the group's own first.
    func folders(of path: String) -> [String] {
      var names = path.split(separator: "/").map(String.init)
      let outer = group.split(separator: "/").map(String.init)
      // Groups outside what is mounted cannot be seen, so the mounted one must do.
      let isInside = names.starts(with: outer) && !names.contains("..")
      names.removeFirst(isInside ? outer.count : names.count)
      return (0...names.count).reversed().map { ([folder] + names.prefix($0)).joined(separator: "/") }
    }

    /// The kernel writes a space as `\040`.
    private static func unescaped(_ field: Substring) -> String {
      field.replacingOccurrences(of: "\\040", with: " ")
    }
  }
}
