import Foundation

/// Which processors the machine keeps busy, by its own count.
enum ProcessorLoad {
  /// A processor's time since the machine started, in the system's ticks.
  struct Ticks: Equatable {
    let busy: Int
    let all: Int
  }

  /// Those that worked for more than half of a while from now on; none where the system does not say.
  static func busy(over time: Duration) -> Set<Int> {
    let before = ticks()
    Thread.sleep(forTimeInterval: time / .seconds(1))
    return busy(from: before, to: ticks())
  }

  static func busy(from before: [Int: Ticks], to after: [Int: Ticks]) -> Set<Int> {
    Set(
      after.keys.filter { processor in
        guard let start = before[processor], let end = after[processor] else { return false }
        return 2 * (end.busy - start.busy) > end.all - start.all
      })
  }

  /// The times of every processor. Lines such as `cpu3 user nice system idle iowait irq softirq steal …`.
  /// - Parameter root: where `proc` is; another than `/` in tests.
  static func ticks(root: String = "/") -> [Int: Ticks] {
    // What cannot be read leaves all processors equal, which costs speed at most.
    let text = (try? String(contentsOfFile: root + "/proc/stat", encoding: .utf8)) ?? ""
    var ticks: [Int: Ticks] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let name = fields.first, name.hasPrefix("cpu"), let processor = Int(name.dropFirst(3)) else {
        continue
      }
      let times = fields.dropFirst().prefix(8).compactMap { Int($0) }
      guard times.count >= 5 else { continue }
      let all = times.reduce(0, +)
      ticks[processor] = Ticks(busy: all - times[3] - times[4], all: all)
    }
    return ticks
  }
}
