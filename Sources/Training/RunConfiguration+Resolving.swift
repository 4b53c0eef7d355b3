import Parallel

extension RunConfiguration {
  /// The configuration with the choices that depend on the machine filled in.
  ///
  /// The shards come from the batch and the machine alone: `threads` and `workers`, which only change the speed,
  /// have no say in what the result depends on.
  /// - Parameters:
  ///   - processors: how many the process may use; more than these are never used.
  ///   - physicalCores: how many cores these are; more workers than that would share arithmetic units.
  func resolved(processors: Int, physicalCores: Int = .max) -> RunConfiguration {
    var resolved = withOptimizerResolved().withSnapshotCycles()
    if budget.time == nil { resolved.budget.epochs = epochs }
    if earlyStopping.isOn { resolved.earlyStopping = earlyStopping.resolved }
    let threads = min(threads ?? processors, processors)
    let shards = shards ?? min(batchSize, max((batchSize + 31) / 32, processors))
    if learningRateScaling != .none { resolved.baseBatchSize = baseBatchSize ?? Self.usualBaseBatchSize }
    resolved.precision = precision.resolved
    resolved.threads = threads
    resolved.workers = workers ?? min(threads, physicalCores, shards)
    resolved.shards = shards
    resolved.loaderThreads = loaderThreads ?? threads
    return resolved
  }

  /// The configuration with the choices that depend on the machine filled in, for this machine.
  func resolvedHere() -> RunConfiguration {
    let supply = ProcessorSupply.current
    return resolved(processors: supply.threads, physicalCores: supply.physicalCores)
  }
}
