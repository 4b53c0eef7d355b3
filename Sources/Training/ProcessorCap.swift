import Parallel

/// Keeps the whole process within a number of processors for a while: what `--threads` promises.
enum ProcessorCap {
  /// Runs a body with every thread of the process, and those it starts, on `count` of the processors that it may
  /// use, and lifts the cap afterwards. Nil, or as many as there are, changes nothing: then the system, or the
  /// container's quota, is the cap.
  static func within<Result>(_ count: Int?, _ body: () throws -> Result) throws -> Result {
    let supply = ProcessorSupply.current
    guard let count, count < supply.threads else { return try body() }
    Processors.confineProcess(toBest: count, of: supply)
    defer { Processors.confineProcess(to: supply.allowed) }
    return try body()
  }
}
