import CProcessors

/// The processors that this process runs on. What it can expect of them says ``ProcessorSupply``.
public enum Processors {
  /// The numbers of those that the calling thread may run on, rising: what `taskset` or the container's cpuset allow.
  public static var usable: [Int] {
    var numbers = [Int32](repeating: 0, count: 1024)
    let count = cprocessors_get(&numbers, Int32(numbers.count))
    return count > 0 ? numbers.prefix(Int(count)).map(Int.init) : [0]
  }

  /// The one that the calling thread runs on now; 0 where the system does not say.
  static var current: Int { max(0, Int(cprocessors_current())) }

  /// Lets the calling thread, and the threads that it makes from now on, run on `processors` alone.
  /// - Returns: whether the system agreed.
  @discardableResult
  public static func pinCallingThread(to processors: [Int]) -> Bool {
    cprocessors_set(processors.map(Int32.init), Int32(processors.count))
  }

  /// Lets every thread of the process, and those made from now on, run on `processors` alone.
  /// - Returns: whether the system agreed.
  @discardableResult
  public static func confineProcess(to processors: [Int]) -> Bool {
    cprocessors_confine(processors.map(Int32.init), Int32(processors.count))
  }

  /// Lets every thread of the process, and those made from now on, run on `count` of the processors that it may use
  /// alone: on idle ones where there are, each a physical core of its own where there are enough.
  public static func confineProcess(toBest count: Int, of supply: ProcessorSupply) {
    let busy = ProcessorLoad.busy(over: .milliseconds(100))
    confineProcess(to: supply.choice(of: count, busy: busy, startingAt: current))
  }
}
