import Synchronization

/// Counts calls from any thread.
final class LockedCount: Sendable {
  private let count = Atomic(0)
  /// How often it was asked before.
  func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}
