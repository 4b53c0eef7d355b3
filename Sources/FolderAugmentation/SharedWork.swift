import Datasets
import Synchronization

/// Pieces of work shared out to several threads, which can be asked to stop.
enum SharedWork {
  /// Works until every piece is done, a stop is asked for, or a piece says that the work is over.
  /// - Parameter work: does the piece at a place; false ends the work after the pieces under way.
  /// - Returns: whether a stop was asked for before all was begun.
  static func run(
    count: Int, threads: Int, stop: StopRequest, _ work: @Sendable (_ place: Int) -> Bool
  ) -> Bool {
    let isStopped = Atomic(false)
    ParallelWork.run(count: count, threads: threads) { place in
      if stop.isRequested {
        isStopped.store(true, ordering: .relaxed)
        return false
      }
      return work(place)
    }
    return isStopped.load(ordering: .relaxed)
  }
}
