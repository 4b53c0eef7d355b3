import Datasets
import Dispatch

/// Pieces of work shared out to several threads, each of which takes the next one.
enum SharedWork {
  private struct State {
    var next = 0
    var isStopped = false
    var isOver = false
  }

  /// Works until every piece is done, a stop is asked for, or a piece says that the work is over.
  /// - Parameter work: does the piece at a place; false ends the work after the pieces under way.
  /// - Returns: whether a stop was asked for before all was begun.
  static func run(
    count: Int, threads: Int, stop: StopRequest, _ work: @Sendable (_ place: Int) -> Bool
  ) -> Bool {
    let state = Locked(State())
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      while true {
        let place = state.withLock { state -> Int? in
          guard !state.isOver, state.next < count else { return nil }
          if stop.isRequested {
            state.isStopped = true
            return nil
          }
          state.next += 1
          return state.next - 1
        }
        guard let place else { return }
        if !work(place) { state.withLock { $0.isOver = true } }
      }
    }
    return state.withLock { $0.isStopped }
  }
}
