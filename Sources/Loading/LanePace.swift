/// How many decoders may be at work: as few as keep up while the caller computes, all of them while it waits.
///
/// Decoders that work ahead take processor time from whoever trains, so more than are needed only disturb. The number
/// follows what the caller meets: a batch that it must wait for adds one; many batches in a row that were ready, with
/// another behind them, take one away, after a time that grows whenever that was too few. What a batch holds never
/// depends on it.
struct LanePace {
  private let lanes: Int
  /// Decoders while the caller computes.
  private(set) var steady: Int
  private var isCallerWaiting = true
  /// The first batch of an epoch has to be waited for, and says nothing.
  private var isFirst = true
  /// Batches in a row that were ready, with another behind them.
  private var readyInARow = 0
  /// How many of those take a decoder away.
  private var patience = 8

  init(lanes: Int) {
    self.lanes = lanes
    steady = lanes
  }

  /// Decoders that may be at work now.
  var limit: Int { isCallerWaiting ? lanes : steady }

  /// Nothing is ready, so that all decoders are wanted.
  mutating func beginEpoch() {
    isCallerWaiting = true
    isFirst = true
  }

  /// The caller wants a batch.
  /// - Parameters:
  ///   - mustWait: the batch is not ready.
  ///   - hasSpare: the one after it is ready as well.
  mutating func wanted(mustWait: Bool, hasSpare: Bool) {
    isCallerWaiting = mustWait
    defer { isFirst = false }
    if isFirst { return }
    if mustWait {
      if steady < lanes {
        steady += 1
        patience = min(2 * patience, 1024)
      }
      readyInARow = 0
    } else if hasSpare {
      readyInARow += 1
      if readyInARow >= patience && steady > 1 {
        steady -= 1
        readyInARow = 0
      }
    } else {
      readyInARow = 0
    }
  }

  /// The caller has a batch and computes.
  mutating func delivered() { isCallerWaiting = false }
}
