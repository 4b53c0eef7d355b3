import Synchronization

/// What an attempt on another thread ended with.
final class Outcome: Sendable {
  private let text = Mutex("")

  /// The error's text; empty where there was none.
  var error: String { text.withLock { $0 } }

  func note(_ attempt: () throws -> Void) {
    do { try attempt() } catch { text.withLock { $0 = "\(error)" } }
  }
}
