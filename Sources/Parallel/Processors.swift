import CProcessors

/// The processors that this process may use.
public enum Processors {
  /// Their numbers, rising. Respects what `taskset` or the container's cpuset allows.
  public static var usable: [Int] {
    var numbers = [Int32](repeating: 0, count: 1024)
    let count = cprocessors_get(&numbers, Int32(numbers.count))
    return count > 0 ? numbers.prefix(Int(count)).map(Int.init) : [0]
  }

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
}
