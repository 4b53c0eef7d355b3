import TestSupport
import Testing

@testable import Parallel

/// Quotas of processor time in both versions of control groups.
@Suite struct ControlGroupsTests {
  private let machine: FakeMachine
  private var quota: Int? { ControlGroups.processorQuota(root: machine.root) }

  init() throws { machine = try FakeMachine() }

  @Test func noFilesAreNoLimit() {
    #expect(quota == nil)
  }

  @Test func aContainerSeesItsOwnGroupAsTheOutermost() throws {
    try machine.groups("0::/", mounts: [FakeMachine.mount2])
    #expect(quota == nil)
    try machine.quota("200000 100000", in: "sys/fs/cgroup")
    #expect(quota == 2)
  }

  @Test(arguments: [
    ("max 100000", nil), ("200000 100000", 2), ("150000 100000", 2), ("20000 100000", 1), ("1000 1000000", 1),
    ("", nil), ("100000", nil), ("a b", nil), ("0 100000", nil),
    ("9223372036854775807 3", 3_074_457_345_618_258_603),
  ])
  func version2(text: String, processors: Int?) {
    #expect(ControlGroups.quota(version2: text) == processors)
  }

  @Test(arguments: [(-1, 100_000, nil), (200_000, 100_000, 2), (250_000, 100_000, 3), (50_000, 0, nil)])
  func version1(microseconds: Int, period: Int, processors: Int?) throws {
    try machine.groups("3:cpuset:/a", "4:cpu,cpuacct:/docker/1f", mounts: [FakeMachine.mount1])
    try machine.quota(microseconds: microseconds, period: period, in: "sys/fs/cgroup/cpu/docker/1f")
    #expect(quota == processors)
  }

  @Test func theTightestGroupOnTheWayUpCounts() throws {
    try machine.groups("0::/user.slice/run.scope/inner", mounts: [FakeMachine.mount2])
    try machine.quota("max 100000", in: "sys/fs/cgroup/user.slice/run.scope/inner")
    try machine.quota("300000 100000", in: "sys/fs/cgroup/user.slice")
    #expect(quota == 3)
    try machine.quota("800000 100000", in: "sys/fs/cgroup/user.slice/run.scope")
    #expect(quota == 3)
    try machine.quota("100000 100000", in: "sys/fs/cgroup/user.slice/run.scope")
    #expect(quota == 1)
  }

  /// A container without a name space of its own sees its outer path, and its group alone mounted.
  @Test func aGroupIsFoundWhereOnlyItIsMounted() throws {
    try machine.groups(
      "4:cpu,cpuacct:/docker/1f",
      mounts: ["32 31 0:29 /docker/1f /sys/fs/cgroup/cpu\\040only ro - cgroup cgroup rw,cpu"])
    try machine.quota(microseconds: 400_000, period: 100_000, in: "sys/fs/cgroup/cpu only")
    #expect(quota == 4)
  }

  @Test func aGroupOutsideTheMountIsLookedUpAtTheMount() throws {
    try machine.groups("0::/../other", mounts: [FakeMachine.mount2])
    try machine.quota("500000 100000", in: "sys/fs/cgroup")
    try machine.quota("100000 100000", in: "sys/other")
    #expect(quota == 5)
  }

  @Test func aMachineMayHaveBothVersions() throws {
    try machine.groups(
      "1:cpu:/", "0::/a",
      mounts: [FakeMachine.mount1, "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw"])
    try machine.quota(microseconds: 600_000, period: 100_000, in: "sys/fs/cgroup/cpu")
    #expect(quota == 6)
    try machine.quota("100000 50000", in: "sys/fs/cgroup/unified/a")
    #expect(quota == 2)
  }

  @Test func linesThatMakeNoSenseAreLeftOut() throws {
    try machine.groups(
      "", "nonsense", "1:2", mounts: ["", "a b c", "1 2 3 4 5 6 -", "1 2 3 / /x r - cgroup2"])
    #expect(quota == nil)
  }
}
