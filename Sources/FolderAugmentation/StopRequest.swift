import Synchronization

/// Asks work that is under way to end soon. Any thread may.
public final class StopRequest: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Nothing is asked yet.
  public init() {}

  /// Asks; what is begun is finished.
  public func request() { flag.store(true, ordering: .relaxed) }

  /// Whether someone asked.
  public var isRequested: Bool { flag.load(ordering: .relaxed) }
}
