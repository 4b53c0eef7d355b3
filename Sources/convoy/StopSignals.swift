import Dispatch
import Foundation
import Synchronization

/// Turns the first Ctrl-C (SIGINT) or SIGTERM into a request; a second one ends the process at once.
///
/// Listens as long as the object lives.
final class StopSignals {
  private let sources: [any DispatchSourceSignal]
  private let received = FirstSignal()

  /// Begins to listen. `action` is called once, on a queue of its own.
  init(_ action: @escaping @Sendable () -> Void) {
    let queue = DispatchQueue(label: "convoy.signals")
    sources = [SIGINT, SIGTERM].map { [received] number in
      signal(number, SIG_IGN)  // the source then sees it, and the default action does not happen
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if received.note(number) {
          action()
        } else {
          // Not raise() or kill(): Dispatch has blocked the signal in every thread.
          _exit(Self.status(of: number).rawValue)
        }
      }
      source.resume()
      return source
    }
  }

  /// Asks a piece of work to stop, and says so, at the first signal; also when its output can be written no longer.
  convenience init(for console: Console, saying note: String, stop: @escaping @Sendable () -> Void) {
    self.init {
      console.note(note)
      stop()
    }
    console.onFailure(stop)
  }

  /// What a shell reports for the signal that asked to stop; nil while none did.
  var status: ExitStatus? {
    received.number.map(Self.status)
  }

  private static func status(of number: Int32) -> ExitStatus {
    number == SIGINT ? .interrupted : .terminated
  }
}

/// The first signal that came.
private final class FirstSignal: Sendable {
  private let stored = Mutex<Int32?>(nil)

  var number: Int32? { stored.withLock { $0 } }

  /// Keeps the first signal; false for later ones.
  func note(_ number: Int32) -> Bool {
    stored.withLock { stored in
      guard stored == nil else { return false }
      stored = number
      return true
    }
  }
}
