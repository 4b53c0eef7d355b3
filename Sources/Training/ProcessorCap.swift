import Parallel

/// Keeps the whole process within a number of processors for a while: what `--threads` promises.
enum ProcessorCap {
  /// Runs a body with every thread of the process, and those it starts, on the first `count` of the processors
  /// that it may use, and lifts the cap afterwards. Nil, or as many as there are, changes nothing.
  static func within<Result>(_ count: Int?, _ body: () throws -> Result) throws -> Result {
    let usable = Processors.usable
    guard let count, count < usable.count else { return try body() }
    Processors.confineProcess(to: Array(usable.prefix(count)))
    defer { Processors.confineProcess(to: usable) }
    return try body()
  }
}
