import Parallel

/// What a test makes go wrong in a run. Nothing outside this package can.
package struct RunFaults: Sendable {
  /// Called at the start of every phase, on every worker; what it throws is the worker's failure.
  package var phase: (@Sendable (WorkPhase, _ worker: Int) throws -> Void)?
  /// Called with the path of every image, by the decoder that reads it next.
  package var image: (@Sendable (_ path: String) -> Void)?

  /// Says what work took, in seconds, in place of the clock.
  var elapsed: (@Sendable (RunClock.Work) -> Double)?

  /// Nothing goes wrong.
  package init() {}
}
