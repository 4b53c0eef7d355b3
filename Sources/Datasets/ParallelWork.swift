import Dispatch
import Synchronization

/// Work on many things by several threads.
enum ParallelWork {
  /// Calls `work` once for every number below `count`, from `threads` threads.
  /// - Returns: what it returned, in the order of the numbers.
  static func map<Value: Sendable>(
    count: Int, threads: Int, _ work: @Sendable (Int) -> Value
  ) -> [Value] {
    let next = Atomic(0)
    let parts = Locked<[(index: Int, value: Value)]>([])
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      var mine: [(index: Int, value: Value)] = []
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { break }
        mine.append((index, work(index)))
      }
      parts.withLock { $0 += mine }
    }
    return parts.withLock { $0.sorted { $0.index < $1.index }.map(\.value) }
  }
}
