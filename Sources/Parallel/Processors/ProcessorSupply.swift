/// What a machine lets this process use: the processors that it may run on, the physical cores behind them, and
/// how much of their time it is granted.
public struct ProcessorSupply: Equatable, Sendable {
  /// The processors that the process may run on, rising: `taskset`, the container's cpuset, and what is switched on.
  public let allowed: [Int]
  /// The same by physical core; where a core has two threads, they share its arithmetic units.
  public let cores: [[Int]]
  /// The processors that the container's quota of processor time amounts to, rounded up; nil without a quota.
  public let quota: Int?

  /// The supply of a process that may run on `allowed`.
  /// - Parameter root: where `proc` and `sys` are; another than `/` in tests.
  init(allowed: [Int], root: String = "/") {
    let online = CoreTopology.online(root: root)
    self.allowed = allowed.filter { online?.contains($0) ?? true }
    cores = CoreTopology.cores(of: self.allowed, root: root)
    quota = ControlGroups.processorQuota(root: root)
  }

  /// What this process may use now.
  public static var current: ProcessorSupply { ProcessorSupply(allowed: Processors.usable) }

  /// How many threads can run at the same time, at least 1. A container with 2 of 64 processors has 2.
  public var threads: Int { max(1, min(allowed.count, quota ?? .max)) }

  /// How many of them can have a physical core of their own, at least 1.
  public var physicalCores: Int { max(1, min(cores.count, quota ?? .max)) }

  /// Where each of some workers is pinned: a physical core for each (with all its threads, of which the worker keeps
  /// one busy), and threads of cores only where there are more workers than cores.
  ///
  /// Nil where the workers do not fill the physical cores, or a quota is what limits them: the system then places
  /// them, so that two runs on one machine do not meet on the first processors.
  func places(ofWorkers count: Int) -> [[Int]]? {
    if let quota, quota < allowed.count { return nil }
    if count == cores.count { return cores }
    if count < cores.count || count > allowed.count { return nil }
    return spread(over: cores).prefix(count).map { [$0] }
  }

  /// Processors for a process that wants `count` of them and no more: of idle cores first, one of each core before
  /// a second of any, beginning where the process runs, so that two such processes do not meet.
  /// - Parameters:
  ///   - busy: processors that others use.
  ///   - start: the processor that the process runs on.
  func choice(of count: Int, busy: Set<Int>, startingAt start: Int) -> [Int] {
    let first = cores.firstIndex { $0.contains(start) } ?? 0
    let cyclic = Array(cores[first...] + cores[..<first])
    // The process itself keeps the processor that it runs on busy.
    let isBusy = { (core: [Int]) in core.contains { $0 != start && busy.contains($0) } }
    let order = cyclic.filter { !isBusy($0) } + cyclic.filter(isBusy)
    return spread(over: order).prefix(count).sorted()
  }

  /// The first thread of each core, then the second of each, and so on.
  private func spread(over cores: [[Int]]) -> [Int] {
    (0..<(cores.map(\.count).max() ?? 0)).flatMap { turn in
      cores.filter { $0.count > turn }.map { $0[turn] }
    }
  }
}
