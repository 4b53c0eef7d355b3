import Loading
import Networks

extension RunSession {
  /// Ends an epoch: its report, the best weights so far, the checkpoint, the log.
  func finishEpoch(_ score: Score?) throws {
    let configuration = plan.configuration
    let report = progress.finishEpoch(
      validation: score, ema: try validateAverage(),
      bestBy: configuration.earlyStopping.bestMetric ?? .accuracy,
      sparsity: configuration.penalties.l1 == nil ? nil : replicas.sparsity)
    let best = report.isBest ? try finiteState() : nil
    try write {
      if let best { try model(best).save(to: folder.best) }
      try SafeFile.write(RunLog.text(progress.history), to: folder.log)
    }
    try averageEpoch(report)
    if record.badImages != progress.leftOut {
      record.badImages = progress.leftOut
      try write { try record.save(to: folder.record) }
    }
    count(.epochEnd)
    judge(report)
    observer.receive(.epochFinished(report))
    try endProfile()
    if isDone || isDue(epoch: report.epoch) { try saveCheckpoint(isBest: report.isBest) }
    mark = .now
  }

  /// Saves a checkpoint after a step where one is due. At the epoch's last step it waits for the epoch's end.
  func saveWithinEpoch() throws {
    guard progress.position.step < stepsPerEpoch, isDue(epoch: nil) else { return }
    try saveCheckpoint(isBest: false)
    mark = .now
  }

  private func isDue(epoch: Int?) -> Bool {
    plan.configuration.checkpointEvery.isDue(
      step: stepsDone, epoch: epoch, seconds: (saved?.at ?? start).seconds)
  }

  /// Ends the run before its last epoch, ready to be resumed.
  func stop() throws -> RunResult {
    try saveCheckpoint(isBest: false)
    try endProfile()
    return try end(.stopped, by: .request, restoredEpoch: nil)
  }

  /// Ends a run that is done.
  func finish() throws -> RunResult {
    let restoredEpoch = try restoreBest()
    try write { try model(replicas.state()).save(to: folder.last) }
    try finishAverages()
    return try end(.completed, by: progress.end ?? .epochs, restoredEpoch: restoredEpoch)
  }

  private func end(
    _ outcome: RunResult.Outcome, by end: RunEnd, restoredEpoch: Int?
  ) throws -> RunResult {
    let result = RunResult(
      outcome: outcome, end: end, position: progress.position, output: folder.path,
      bestModel: progress.best == nil ? nil : folder.best,
      lastModel: outcome == .completed ? folder.last : nil,
      weightsSHA256: WeightsDigest.sha256(of: try replicas.state()), best: progress.best,
      last: progress.history.last, restoredEpoch: restoredEpoch, seconds: start.seconds,
      imagesPerSecond: trainingSeconds > 0 ? Double(trainingImages) / trainingSeconds : 0,
      waitShare: trainingSeconds > 0 ? min(1, loader.waitSeconds / trainingSeconds) : 0,
      threads: threadUse, badImages: progress.leftOut.count, caches: caches, averages: averages)
    record.badImages = progress.leftOut
    record.history = progress.history
    record.result = result
    try write { try record.save(to: folder.record) }
    observer.receive(.finished(result))
    return result
  }

  private var threadUse: ThreadUse {
    let (workers, decoders) = (replicas.activity, loader.activity)
    return ThreadUse(
      workers: workers.count, workerSeconds: workerSeconds,
      loaders: decoders.count,
      averageLoaders: trainingSeconds > 0
        ? decoders.reduce(0) { $0 + $1.workSeconds } / trainingSeconds : 0,
      loaderSeconds: (decoders + (validation?.activity ?? [])).reduce(0) { $0 + $1.cpuSeconds })
  }

  private var caches: [CacheUse]? {
    let uses = [loader.cacheUse, validation?.cacheUse].compactMap(\.self)
    return uses.isEmpty ? nil : uses
  }

  func model(_ state: [Tensor]) -> ModelFile {
    ModelFile(
      network: plan.network, state: state, classes: plan.data.classes, preprocessing: plan.preprocessing,
      history: progress.history)
  }

  private func saveCheckpoint(isBest: Bool) throws {
    observer.receive(.checkpointSaved(try writeCheckpoint(isBest: isBest)))
  }

  func writeCheckpoint(isBest: Bool) throws -> CheckpointNotice {
    try write { try stepLog.flush() }
    let checkpoint = Checkpoint(
      facts: plan.facts(progress, stepLogLength: stepLog.length, changes: record.changes),
      state: try finiteState(),
      moments: try replicas.moments(), average: try replicas.withAverage { try replicas.state() } ?? [],
      swa: swa)
    let path = try write {
      try folder.checkpoints.save(checkpoint, step: stepsDone, keeping: plan.configuration.keepCheckpoints)
    }
    saved = (path, .now)
    watchdog.keep(checkpoint: path)
    count(.checkpoint)
    return CheckpointNotice(path: path, position: progress.position, isBest: isBest)
  }

  /// Writes something of the run; a failure, such as a full disk, tells which checkpoint the run can go on from.
  func write<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try watchdog.during(.saving, at: progress.position, body) } catch TrainingError.writeFailed(
      let path, let reason, let kept)
    {
      throw TrainingError.writeFailed(path: path, reason: reason, kept: saved?.path ?? kept)
    }
  }
}
