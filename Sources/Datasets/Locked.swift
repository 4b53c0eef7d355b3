import Foundation

/// A value that one thread at a time may use.
///
/// As the standard library's `Mutex`, whose futex the thread sanitizer does not see: with that `tools/check-threads`
/// reports races where there are none.
package final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  /// Guards a value from now on.
  package init(_ value: sending Value) { self.value = value }

  /// Runs `body` with the value while no other thread has it.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
