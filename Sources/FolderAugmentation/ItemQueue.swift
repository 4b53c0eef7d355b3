import Datasets

/// Sources whose copies are made by several threads.
struct ItemQueue {
  let items: [WorkItem]
  let threads: Int

  /// What came of them.
  struct Tally: Sendable {
    var made = 0
    var kept = 0
    var skipped: [SkippedImage] = []
    var isStopped = false

    mutating func add(_ other: Tally) {
      made += other.made
      kept += other.kept
      skipped += other.skipped
      isStopped = isStopped || other.isStopped
    }

    mutating func add(_ outcome: CopyMaker.Outcome) {
      switch outcome {
      case .done(let made, let kept):
        self.made += made
        self.kept += kept
      case .skipped(let image): skipped.append(image)
      }
    }
  }

  private struct State {
    var done = 0
    var tally = Tally()
    var failure: (place: Int, error: FolderAugmentationError)?
  }

  /// Works until all is done, a stop is asked for, or something fails: of several failures, that of the first source.
  func run(
    _ maker: CopyMaker, stop: StopRequest, observer: AugmentationObserver
  ) throws(FolderAugmentationError) -> Tally {
    let total = items.reduce(0) { $0 + $1.outputs.count }
    let state = Locked(State())
    observer.progress(0, total)
    let isStopped = SharedWork.run(count: items.count, threads: threads, stop: stop) { place in
      do throws(FolderAugmentationError) {
        let outcome = try maker.make(items[place])
        let done = state.withLock { state in
          state.tally.add(outcome)
          state.done += items[place].outputs.count
          return state.done
        }
        if case .skipped(let image) = outcome { observer.skipped(image) }
        observer.progress(done, total)
        return true
      } catch {
        state.withLock { state in
          if state.failure.map({ place < $0.place }) ?? true { state.failure = (place, error) }
        }
        return false
      }
    }
    let (failure, tally) = state.withLock { ($0.failure, $0.tally) }
    if let failure { throw failure.error }
    var result = tally
    result.isStopped = isStopped
    return result
  }
}
