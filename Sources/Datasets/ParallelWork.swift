import Dispatch
import Synchronization

/// Pieces of work shared out to several threads, each of which takes the next one.
package enum ParallelWork {
  /// Works until every piece is done or one says that the work is over.
  /// - Parameter work: does the piece at a place; false ends the work after the pieces under way.
  package static func run(count: Int, threads: Int, _ work: @Sendable (_ place: Int) -> Bool) {
    let next = Atomic(0)
    let isOver = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      while !isOver.load(ordering: .relaxed) {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < count else { return }
        if !work(place) { isOver.store(true, ordering: .relaxed) }
      }
    }
  }

  /// Calls `work` once for every number below `count`, from `threads` threads.
  /// - Returns: what it returned, in the order of the numbers.
  static func map<Value: Sendable>(
    count: Int, threads: Int, _ work: @Sendable (Int) -> Value
  ) -> [Value] {
    let values = Locked([Value?](repeating: nil, count: count))
    run(count: count, threads: threads) { place in
      let value = work(place)
      values.withLock { $0[place] = value }
      return true
    }
    return values.withLock { $0.compactMap(\.self) }
  }
}
