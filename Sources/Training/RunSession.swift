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
  private let lock: RunLock
  let stepLog: StepLog
  /// Gives the training batches.
  let loader: BatchLoader
  /// Gives the validation images, in order; nil without any.
  let validation: BatchLoader?
  /// What trains: another one when layers are unfrozen.
  private let holder: ReplicaHolder
  var replicas: DataParallel { holder.replicas }
  /// What is frozen in them.
  private var frozen: FrozenLayers
  /// What frozen layers make of the images; nil where it is not kept.
  private(set) var features: RunFeatures?
  let observer: any RunObserver
  var progress: RunProgress
  /// The mean of the weights at the ends of epochs.
  var swa = RunningMean()
  /// What the run has left beside its weights, at its end.
  var averages: AveragedModels?
  var record: RunRecord
  /// Nil where no profile is wanted, or it is done.
  var profile: ProfileProgress?
  /// Tells where the run hangs.
  let watchdog: Watchdog

  /// The last checkpoint's file, and when it was saved.
  var saved: (path: String, at: ContinuousClock.Instant)?
  /// What to tell at the start about how the run is resumed.
  private let resumeWarnings: [RunWarning]
  private let phaseFault: (@Sendable (WorkPhase, Int) throws -> Void)?
  /// What a test says that work took, in place of the clock.
  let elapsed: (@Sendable (RunClock.Work) -> Double)?

  /// Batches of the epoch under way: fewer than of the others where images are left out.
  private var epochBatches: Int

  var hasReportedCache = false

  /// Seconds and images of this process's part.
  private(set) var trainingSeconds = 0.0
  private(set) var trainingImages = 0
  /// The mean loss of the last step's images; nil where it had none.
  private(set) var lastLoss: Double?
  var validationSeconds = 0.0
  let start = ContinuousClock.now
  var mark = ContinuousClock.now
  /// Until when the run's time is counted.
  var counted = ContinuousClock.now
  var reportedTrainingImages = 0
  var reportedValidationImages = 0

  /// Makes the run folder, the loaders and the replicas, and takes over a checkpoint.
  init(
    _ plan: RunPlan, resuming found: CheckpointFolder.Found?, observer: any RunObserver,
    faults: RunFaults = RunFaults()
  ) throws {
    let configuration = plan.configuration
    let baseline = ProcessMemory.current
    self.plan = plan.withoutStartingTensors
    self.observer = observer
    loader = try plan.loader(plan.samples, forTraining: true, fault: faults.image)
    epochBatches = loader.batchesPerEpoch
    validation = try plan.data.validation.map {
      try plan.loader($0.samples, forTraining: false, fault: faults.image)
    }
    let position = found?.checkpoint.facts.progress.position ?? RunPosition(epoch: 0, step: 0)
    frozen = configuration.frozen(epoch: position.epoch)
    holder = ReplicaHolder(try plan.replicas(epoch: position.epoch))
    features = try plan.keepFeatures(of: holder.replicas, loader, validation)
    folder =
      if let resume = configuration.resume { RunFolder(path: resume) } else {
        try RunFolder.create(
          configuration.output, data: configuration.data ?? "data", model: plan.network.name)
      }
    lock = try RunLock(folder: folder.path)
    if found != nil { try folder.removeLeftovers() }
    var progress = found?.checkpoint.facts.progress ?? RunProgress()
    var changes = found?.checkpoint.facts.changes ?? []
    var warnings = found.map { plan.resume($0, &progress, &changes) } ?? []
    stepLog = try StepLog(
      path: folder.steps, tensors: plan.network.parameters().map(\.name),
      length: found?.checkpoint.facts.stepLogLength)
    if !stepLog.isWhole {
      warnings.append(.other("\(folder.steps): its rows so far are gone; it begins anew"))
    }
    resumeWarnings = warnings
    phaseFault = faults.phase
    elapsed = faults.elapsed
    if let phase = faults.phase { holder.replicas.inject(phase) }
    watchdog = Watchdog(
      limit: configuration.stallSeconds,
      Watchdog.Subject(
        workers: { [holder] in holder.activity },
        decoders: { [loader, validation] in loader.activity + (validation?.activity ?? []) },
        folder: folder.path, tell: { observer.receive(.stalled($0)) }))
    if let found { watchdog.keep(checkpoint: found.path) }
    self.progress = progress
    let summary = try plan.summary(
      replicas: holder.replicas, compute: plan.largestMemory(holder.replicas, from: position.epoch),
      loaders: [loader, validation].compactMap(\.self), folder: folder,
      resumedAt: found == nil ? nil : progress.position, baseline: baseline)
    record = RunRecord(plan, summary)
    record.changes = changes
    record.history = progress.history
    record.badImages = progress.leftOut
    if found == nil { try replicas.start(from: plan.startingTensors) }
    if let found {
      saved = (found.path, .now)
      guard progress.position.step <= stepsPerEpoch else {
        throw TrainingError.damagedCheckpoint(
          path: found.path, reason: "its epoch has more steps than the data give")
      }
      do {
        try replicas.load(state: found.checkpoint.state)
        try replicas.load(moments: plan.moments(found.checkpoint.moments, epoch: position.epoch))
        try resumeAverages(found.checkpoint)
      } catch {
        throw TrainingError.damagedCheckpoint(path: found.path, reason: "\(error)")
      }
    }
  }

  deinit {
    watchdog.stop()
    loader.stop()
    validation?.stop()
  }

  /// Tells what will be done, and makes sure that the run folder can be written: from here on the run can be
  /// resumed, whenever it ends.
  func begin() throws {
    watchdog.start()
    if !FileManager.default.fileExists(atPath: folder.files) || !plan.differences.isEmpty {
      try write { try SafeFile.write(FileList.text(plan.data.manifests), to: folder.files) }
    }
    if saved == nil { try scaleInitialWeights() }
    let notice = saved == nil ? try writeCheckpoint(isBest: false) : nil
    try write { try record.save(to: folder.record) }
    observer.receive(.started(record.summary))
    for warning in plan.warnings { observer.receive(.warning(warning)) }
    for warning in resumeWarnings { observer.receive(.warning(warning)) }
    if let notice { observer.receive(.checkpointSaved(notice)) }
    reportCaches()
    beginProfile()
    mark = .now
  }
}

// MARK: - Steps

extension RunSession {
  /// Steps of an epoch; the last may take fewer batches than the others.
  var stepsPerEpoch: Int { plan.stepsPerEpoch }

  private var totalSteps: Int { plan.configuration.epochs * stepsPerEpoch }

  /// Steps done since the run's beginning.
  var stepsDone: Int { progress.position.epoch * stepsPerEpoch + progress.position.step }

  /// Batches of the epoch that are done.
  private var batchesDone: Int {
    min(progress.position.step * plan.configuration.accumulate, epochBatches)
  }

  /// The identities of the training images that could not be read in earlier epochs.
  var leftOut: Set<UInt64> { Set(progress.leftOutOfEpoch.map(\.sample.identity)) }

  /// Starts the loader where the run is, and unfreezes what trains from here on.
  func beginEpoch() throws {
    try unfreeze()
    let (epoch, leftOut) = (progress.position.epoch, leftOut)
    epochBatches = loader.batchesPerEpoch(leavingOut: leftOut)
    if let features {
      features.training.begin(epoch: epoch, skippingBatches: batchesDone, leavingOut: leftOut)
    } else {
      loader.begin(epoch: epoch, skippingBatches: batchesDone, leavingOut: leftOut)
    }
  }

  /// Makes other replicas where something else trains from here on, and hands them weights and moments.
  private func unfreeze() throws {
    let epoch = progress.position.epoch
    let frozen = plan.configuration.frozen(epoch: epoch)
    if frozen == self.frozen { return }
    try endProfile()
    let (state, moments) = (try replicas.state(), try replicas.moments())
    let average = try replicas.withAverage { try replicas.state() }
    features = nil
    try holder.replace { try plan.replicas(epoch: epoch) }
    features = try plan.keepFeatures(of: replicas, loader, validation)
    if let phaseFault { replicas.inject(phaseFault) }
    try replicas.load(state: state)
    try replicas.load(moments: plan.moments(moments, epoch: epoch))
    if let average { try replicas.load(average: average) }
    self.frozen = frozen
    observer.receive(.unfrozen(UnfreezingNotice(epoch: epoch + 1, freezing: try plan.freezing(epoch: epoch))))
    mark = .now
  }

  /// What every worker has done, those of before an unfreezing included.
  var workerSeconds: Double { holder.workerSeconds }

  /// Waits for the next batch of the epoch, of images or of their features; nil at its end.
  private func nextBatch() throws -> ImageBatch? {
    let before = loader.waitSeconds
    defer { progress.tally.add(waited: loader.waitSeconds - before) }
    return try watchdog.during(.batch, at: progress.position) {
      if let features { return try features.training.next(replicas) }
      return try loader.next()
    }
  }

  /// Trains a step: forward and backward on every shard of its batches, all-reduce, update.
  /// - Returns: false at the epoch's end, where nothing is left for a step.
  func step() throws -> Bool {
    let configuration = plan.configuration
    let position = progress.position
    let (number, moment) = (stepsDone, scheduleStep)
    let learningRate = plan.learningRate(of: number, at: moment, epoch: position.epoch)
    var batches = 0
    var images = 0
    // Past the last batch the loader is asked once more: it then tells what went wrong in the epoch.
    let most = min(configuration.accumulate, max(1, epochBatches - batchesDone))
    while batches < most, let batch = try nextBatch() {
      // A batch of nothing but unreadable images has no gradient.
      if batch.count > 0 {
        try compute(learningRate) {
          try replicas.accumulate(
            batch, of: features == nil ? .images : .features, epoch: position.epoch, step: number)
        }
      }
      batches += 1
      images += batch.count
      if features == nil { loader.recycle(batch) }
    }
    if batches == 0 && position.step >= stepsPerEpoch { return false }
    lastLoss = nil
    // A step of nothing but unreadable images has no update, and counts, so that the schedule stays. So does one for
    // which nothing is left, since images are left out.
    if images > 0 {
      let rule = configuration.updateRule(
        learningRate: learningRate, step: number, holdsZeros: try holdsZeros(at: moment.share),
        scheduledMomentum: configuration.schedule.momentum(at: moment))
      let result = try compute(learningRate) { try replicas.update(rule) }
      lastLoss = result.loss
      progress.tally.add(
        meanLoss: result.loss, correct: result.correct, count: result.count, learningRate: learningRate)
      progress.tally.add(gradientNorm: result.gradientNorm, penalty: result.penalty)
      try write {
        try stepLog.append(
          step: number + 1, epoch: position.epoch + 1, loss: result.loss, learningRate: learningRate,
          gradientNorm: result.gradientNorm, digests: replicas.digests)
      }
    }
    progress.position.step += 1
    addTime()
    count(.steps)
    trainingImages += images
    try saveSnapshot(after: moment)
    reportBadImages()
    observer.receive(.progress(stepProgress(learningRate)))
    try advanceProfile()
    return true
  }

  /// Watches over a part of a step, and says where in the run its failure is.
  private func compute<Result>(_ learningRate: Double, _ body: () throws -> Result) throws -> Result {
    do {
      return try watchdog.during(.step, at: progress.position, body)
    } catch ParallelError.nonFiniteLoss(_, let source) {
      throw try diverged(.trainingLoss, learningRate: learningRate, source: source, isUnderWay: true)
    } catch ParallelError.nonFiniteGradient(let source) {
      throw try diverged(.gradient, learningRate: learningRate, source: source, isUnderWay: true)
    }
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
    let epochsLeft = plan.configuration.epochs - position.epoch
    let byEpochs =
      Double(totalSteps - stepsDone) * tally.seconds / Double(position.step)
      + Double(epochsLeft) * validationSeconds
    let byTime = plan.configuration.budget.time.map { max(0, Double($0.seconds) - progress.clock.seconds) }
    return StepProgress(
      epoch: position.epoch + 1, epochs: plan.configuration.budget.epochs, step: position.step,
      stepsPerEpoch: stepsPerEpoch, imagesPerSecond: tally.imagesPerSecond, waitShare: tally.waitShare,
      loss: tally.loss,
      accuracy: tally.accuracy, learningRate: learningRate, gradientNorm: tally.gradientNorm,
      secondsLeft: min(byEpochs, byTime ?? .infinity),
      epochsWithoutGain: plan.configuration.earlyStopping.isOn ? progress.stopping.epochsSince : nil)
  }
}
