import TestSupport
import Testing

@testable import Parallel

/// What processes of other machines than this one could use.
@Suite struct ProcessorSupplyTests {
  private let machine: FakeMachine

  init() throws { machine = try FakeMachine() }

  private func supply(_ allowed: some Sequence<Int>) -> ProcessorSupply {
    ProcessorSupply(allowed: Array(allowed), root: machine.root)
  }

  /// Four cores of two threads each: 0 and 4, 1 and 5, …
  private func fourCores() throws {
    for core in 0..<4 { try machine.core(core, core + 4, list: "\(core),\(core + 4)") }
  }

  @Test func withoutFilesEveryProcessorIsACore() {
    let supply = supply(0..<3)
    #expect(supply.allowed == [0, 1, 2] && supply.cores == [[0], [1], [2]] && supply.quota == nil)
    #expect(supply.threads == 3 && supply.physicalCores == 3)
  }

  @Test func aContainerWith2Of64ProcessorsGets2() throws {
    try machine.online("0-63")
    try machine.groups("0::/", mounts: [FakeMachine.mount2])
    try machine.quota("200000 100000", in: "sys/fs/cgroup")
    let supply = supply(0..<64)
    #expect(supply.threads == 2 && supply.physicalCores == 2 && supply.allowed.count == 64)
    // Which two is the system's affair: other containers would be given the same ones.
    #expect(supply.places(ofWorkers: 2) == nil)
  }

  @Test func threadsOfOneCoreAreFound() throws {
    try fourCores()
    let supply = supply(0..<8)
    #expect(supply.cores == [[0, 4], [1, 5], [2, 6], [3, 7]])
    #expect(supply.threads == 8 && supply.physicalCores == 4)
  }

  @Test func coreAndPackageNumbersDoWhereThereIsNoListOfThreads() throws {
    for (processor, core, package) in [(0, 0, 0), (1, 1, 0), (2, 0, 0), (3, 0, 1)] {
      let folder = "sys/devices/system/cpu/cpu\(processor)/topology/"
      try machine.folder.write(file: folder + "core_id", text: "\(core)\n")
      try machine.folder.write(file: folder + "physical_package_id", text: "\(package)\n")
    }
    #expect(supply(0..<5).cores == [[0, 2], [1], [3], [4]])
  }

  @Test func whatIsSwitchedOffIsNotUsed() throws {
    try machine.online("0-1,4,6-7")
    #expect(supply(0..<8).allowed == [0, 1, 4, 6, 7])
  }

  @Test func masksMayHaveHoles() throws {
    try fourCores()
    let supply = supply([1, 2, 5, 7])
    #expect(supply.cores == [[1, 5], [2], [7]])
    #expect(supply.threads == 4 && supply.physicalCores == 3)
    #expect(supply.places(ofWorkers: 3) == [[1, 5], [2], [7]])
    #expect(supply.places(ofWorkers: 4) == [[1], [2], [7], [5]])
  }

  @Test(arguments: [
    (1, nil), (3, nil), (4, [[0, 4], [1, 5], [2, 6], [3, 7]]), (6, [[0], [1], [2], [3], [4], [5]]),
    (8, [[0], [1], [2], [3], [4], [5], [6], [7]]), (9, nil),
  ])
  func workersGetCoresBeforeAnyGetsASecondThread(workers: Int, places: [[Int]]?) throws {
    try fourCores()
    #expect(supply(0..<8).places(ofWorkers: workers) == places)
  }

  @Test func aCapTakesIdleCoresBeginningWhereTheProcessRuns() throws {
    try fourCores()
    let supply = supply(0..<8)
    #expect(supply.choice(of: 2, busy: [], startingAt: 0) == [0, 1])
    #expect(supply.choice(of: 2, busy: [], startingAt: 7) == [0, 3])
    #expect(supply.choice(of: 2, busy: [0, 5], startingAt: 0) == [0, 2])
    #expect(supply.choice(of: 2, busy: [4, 1], startingAt: 0) == [2, 3])
    #expect(supply.choice(of: 5, busy: [3], startingAt: 3) == [0, 1, 2, 3, 7])
    #expect(supply.choice(of: 1, busy: Set(0..<8), startingAt: 2) == [2])
  }

  @Test(arguments: [("0-3,8", [0, 1, 2, 3, 8]), ("5", [5]), ("", []), ("a,2-1,7", [7])])
  func lists(text: String, numbers: [Int]) {
    #expect(CoreTopology.list(text) == numbers)
  }

  @Test func busyProcessorsAreFoundByTheSystemsCount() throws {
    try machine.folder.write(
      file: "proc/stat", text: "cpu  9 9 9 9 9\ncpu0 10 0 10 80 0 0 0 0 0 0\ncpu1 1 1 1 5 1\nintr 1 2 3\n")
    let before = ProcessorLoad.ticks(root: machine.root)
    #expect(before == [0: .init(busy: 20, all: 100), 1: .init(busy: 3, all: 9)])
    let after: [Int: ProcessorLoad.Ticks] = [0: .init(busy: 26, all: 110), 1: .init(busy: 8, all: 19)]
    #expect(ProcessorLoad.busy(from: before, to: after) == [0])
  }

  /// This machine: every worker runs where it was put.
  @Test func workersRunWhereTheyArePut() throws {
    let supply = ProcessorSupply.current
    #expect(supply.threads <= Processors.usable.count && supply.physicalCores <= supply.threads)
    let count = supply.cores.count
    let group = WorkerGroup(count: count)
    nonisolated(unsafe) var seen = [[Int]](repeating: [], count: count)
    for worker in 0..<count {
      try group.run(.measuring) { if $0 == worker { seen[worker] = Processors.usable } }
    }
    #expect(seen == supply.places(ofWorkers: count) ?? seen.map { _ in Processors.usable })
  }
}
