import Foundation

/// Which processors are threads of one physical core, and share its arithmetic units.
enum CoreTopology {
  /// The processors by physical core, both in rising order. A processor about which the system says nothing is a
  /// core of its own.
  /// - Parameter root: where `sys` is; another than `/` in tests.
  static func cores(of processors: [Int], root: String = "/") -> [[Int]] {
    var cores: [[Int]] = []
    var indexOfCore: [String: Int] = [:]
    for processor in processors {
      let name = coreName(of: processor, root)
      if let index = indexOfCore[name] {
        cores[index].append(processor)
      } else {
        indexOfCore[name] = cores.count
        cores.append([processor])
      }
    }
    return cores
  }

  /// The processors that are switched on; nil where the system does not say.
  static func online(root: String = "/") -> Set<Int>? {
    text(root, "online").map { Set(list($0)) }
  }

  /// What the processors of a physical core have in common.
  private static func coreName(of processor: Int, _ root: String) -> String {
    let folder = "cpu\(processor)/topology/"
    if let siblings = text(root, folder + "thread_siblings_list").map(list), siblings.contains(processor) {
      return "siblings \(siblings)"
    }
    if let core = text(root, folder + "core_id"), let package = text(root, folder + "physical_package_id") {
      return "core \(core) of package \(package)"
    }
    return "processor \(processor)"
  }

  private static func text(_ root: String, _ path: String) -> String? {
    try? String(contentsOfFile: root + "/sys/devices/system/cpu/" + path, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The numbers of a list such as `0-3,8,10-11`. What cannot be read is left out.
  static func list(_ text: String) -> [Int] {
    text.split(separator: ",").flatMap { part -> [Int] in
      let ends = part.split(separator: "-").map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return [] }
      return Array(first...last)
    }
  }
}
