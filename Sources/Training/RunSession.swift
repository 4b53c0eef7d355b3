import Foundation
import Kernels
import Loading
import Networks
import Parallel
import Pixels

/// A run under way: the loaders, the replicas, and how far they have come.
final class RunSession {
  let plan: RunPlan
  let folder: RunFolder
  /// Gives the training batches.
  let loader: BatchLoader
  /// Gives the validation images, in order; nil without any.
  let validation: BatchLoader?
  let replicas: DataParallel
  let observer: any RunObserver
  var progress: RunProgress
  var record: RunRecord
  /// Nil where no profile is wanted, or it is done.
  var profile: ProfileProgress?

  /// Seconds and images of this process's part.
  private var trainingSeconds = 0.0
  private var trainingImages = 0
  private var validationSeconds = 0.0
  private let start = ContinuousClock.now
  private var mark = ContinuousClock.now
  private var reportedTrainingImages = 0
  private var reportedValidationImages = 0

  /// Makes the run folder, the loaders and the replicas, and takes over a checkpoint.
  init(_ plan: RunPlan, resuming saved: Checkpoint?, observer: any RunObserver) throws {
    let configuration = plan.configuration
    self.plan = plan
    self.observer = observer
    loader = try plan.loader(plan.data.splits.train.samples, forTraining: true)
    validation = try plan.data.validation.map { try plan.loader($0.samples, forTraining: false) }
    replicas = try DataParallel(
      network: plan.network, batchSize: configuration.batchSize, shards: configuration.shards ?? 1,
      workers: configuration.workers ?? 1,
      kernels: KernelSet(fastestFor: configuration.precision.numbers), seed: configuration.seed,
      momentCount: SGD.momentCount)
    folder =
      if let resume = configuration.resume { RunFolder(path: resume) } else {
        try RunFolder.create(
          configuration.output, data: configuration.data ?? "data", model: plan.network.name)
      }
    progress = saved?.facts.progress ?? RunProgress()
    let summary = try plan.summary(
      replicas: replicas, loaders: [loader, validation].compactMap(\.self), folder: folder,
      resumedAt: saved?.facts.progress.position)
    record = RunRecord(plan, summary)
    if let saved {
      guard progress.position.step <= loader.batchesPerEpoch else {
        throw TrainingError.damagedCheckpoint(
          path: folder.checkpoint, reason: "its epoch has more steps than the data give")
      }
      do {
        try replicas.load(state: saved.state)
        try replicas.load(moments: saved.moments)
      } catch {
        throw TrainingError.damagedCheckpoint(path: folder.checkpoint, reason: "\(error)")
      }
    }
  }

  deinit {
    loader.stop()
    validation?.stop()
  }

  /// Tells what will be done, and makes sure that the run folder can be written.
  func begin() throws {
    try record.save(to: folder.record)
    observer.receive(.started(record.summary))
    for warning in plan.warnings { observer.receive(.warning(warning)) }
    beginProfile()
    mark = .now
  }
}

// MARK: - Steps

extension RunSession {
  private var totalSteps: Int { plan.configuration.epochs * loader.batchesPerEpoch }

  /// Trains a batch: forward and backward on every shard, all-reduce, update.
  func step(_ batch: ImageBatch) throws {
    let configuration = plan.configuration
    let position = progress.position
    let step = position.epoch * loader.batchesPerEpoch + position.step
    let moment = ScheduleStep(
      step: step, totalSteps: totalSteps, stepsPerEpoch: loader.batchesPerEpoch,
      warmupSteps: Int((configuration.warmupEpochs * Double(loader.batchesPerEpoch)).rounded()))
    let learningRate = configuration.schedule.learningRate(peak: configuration.learningRate, at: moment)
    let optimizer = SGD(
      momentum: Float(configuration.momentum ?? configuration.schedule.momentum(at: moment) ?? 0.9),
      nesterov: configuration.nesterov, weightDecay: Float(configuration.weightDecay))
    // A batch of nothing but unreadable images is a step without an update, so that the schedule stays.
    if batch.count > 0 {
      do {
        let result = try replicas.step(
          batch, epoch: position.epoch, optimizer: optimizer, learningRate: Float(learningRate), step: step)
        progress.tally.add(
          meanLoss: result.loss, correct: result.correct, count: result.count, learningRate: learningRate)
      } catch ParallelError.nonFiniteLoss {
        throw TrainingError.nonFiniteLoss(
          epoch: position.epoch + 1, step: position.step + 1, learningRate: learningRate,
          checkpoint: FileManager.default.fileExists(atPath: folder.checkpoint) ? folder.checkpoint : nil)
      }
    }
    progress.position.step += 1
    addTime()
    trainingImages += batch.count
    reportBadImages()
    observer.receive(.progress(stepProgress(learningRate)))
    try advanceProfile()
  }

  private func addTime() {
    let seconds = mark.seconds
    mark = .now
    trainingSeconds += seconds
    progress.tally.seconds += seconds
  }

  private func stepProgress(_ learningRate: Double) -> StepProgress {
    let position = progress.position
    let tally = progress.tally
    let done = position.epoch * loader.batchesPerEpoch + position.step
    let epochsLeft = plan.configuration.epochs - position.epoch
    return StepProgress(
      epoch: position.epoch + 1, epochs: plan.configuration.epochs, step: position.step,
      stepsPerEpoch: loader.batchesPerEpoch, imagesPerSecond: tally.imagesPerSecond, loss: tally.loss,
      accuracy: tally.accuracy, learningRate: learningRate,
      secondsLeft: Double(totalSteps - done) * tally.seconds / Double(position.step)
        + Double(epochsLeft) * validationSeconds)
  }

  /// Names every unreadable image once.
  private func reportBadImages() {
    reportBadImages(of: loader, after: &reportedTrainingImages)
    if let validation { reportBadImages(of: validation, after: &reportedValidationImages) }
  }

  private func reportBadImages(of loader: BatchLoader, after reported: inout Int) {
    let images = loader.badImages
    for image in images[reported...] {
      observer.receive(.warning(.badImage(path: image.path, reason: image.reason)))
    }
    reported = images.count
  }

  /// Scores the validation images; nil without any.
  func validate() throws -> Score? {
    guard let validation else { return nil }
    let start = ContinuousClock.now
    let score = try replicas.tally(validation).score
    validationSeconds = start.seconds
    reportBadImages()
    return score
  }
}

// MARK: - Saving

extension RunSession {
  /// Ends an epoch: its report, the best weights so far, the checkpoint, the log.
  func finishEpoch(_ score: Score?) throws {
    let report = progress.finishEpoch(validation: score)
    if report.isBest { try model(replicas.state()).save(to: folder.best) }
    try SafeFile.write(RunLog.text(progress.history), to: folder.log)
    observer.receive(.epochFinished(report))
    try endProfile()
    try saveCheckpoint(isBest: report.isBest)
    mark = .now
  }

  /// Ends the run before its last epoch, ready to be resumed.
  func stop() throws -> RunResult {
    try saveCheckpoint(isBest: false)
    try endProfile()
    return try end(.stopped)
  }

  /// Ends the run after its last epoch.
  func finish() throws -> RunResult {
    try model(replicas.state()).save(to: folder.last)
    return try end(.completed)
  }

  private func end(_ outcome: RunResult.Outcome) throws -> RunResult {
    let result = RunResult(
      outcome: outcome, position: progress.position, output: folder.path,
      bestModel: progress.best == nil ? nil : folder.best,
      lastModel: outcome == .completed ? folder.last : nil,
      weightsSHA256: WeightsDigest.sha256(of: try replicas.state()), best: progress.best,
      last: progress.history.last, seconds: start.seconds,
      imagesPerSecond: trainingSeconds > 0 ? Double(trainingImages) / trainingSeconds : 0,
      waitShare: trainingSeconds > 0 ? min(1, loader.waitSeconds / trainingSeconds) : 0,
      badImages: badImages.count)
    record.badImages = badImages
    record.history = progress.history
    record.result = result
    try record.save(to: folder.record)
    observer.receive(.finished(result))
    return result
  }

  private var badImages: [BadImage] { loader.badImages + (validation?.badImages ?? []) }

  private func model(_ state: [Tensor]) -> ModelFile {
    ModelFile(
      network: plan.network, state: state, classes: plan.data.classes, preprocessing: plan.preprocessing,
      history: progress.history)
  }

  private func saveCheckpoint(isBest: Bool) throws {
    let checkpoint = Checkpoint(
      facts: plan.facts(progress), state: try replicas.state(), moments: try replicas.moments())
    try checkpoint.save(to: folder.checkpoint)
    observer.receive(
      .checkpointSaved(
        CheckpointNotice(path: folder.checkpoint, position: progress.position, isBest: isBest)))
  }
}
