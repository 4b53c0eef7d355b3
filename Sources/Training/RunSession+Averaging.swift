import Networks
import Parallel

// Averages of the weights, and snapshots.

extension RunSession {
  /// Takes over the averages of a checkpoint.
  func resumeAverages(_ checkpoint: Checkpoint) throws {
    if plan.configuration.averaging.ema != nil, !checkpoint.average.isEmpty {
      try replicas.load(average: checkpoint.average)
    }
    if plan.configuration.averaging.swaFrom != nil { swa = checkpoint.swa }
  }

  /// Scores the validation images with the moving average of the weights; nil without either.
  func validateAverage() throws -> Score? {
    guard validation != nil else { return nil }
    let seconds = validationSeconds
    let score = try replicas.withAverage { try scoreValidation() }
    validationSeconds += score == nil ? 0 : seconds
    return score ?? nil
  }

  /// What an epoch's end adds to the averages: the weights to the mean, and the file of the best moving average.
  func averageEpoch(_ report: EpochReport) throws {
    if let from = plan.configuration.averaging.swaFrom, report.epoch >= from {
      let state = try replicas.state()
      let parameters = try Set(plan.network.parameters().filter(\.isTrained).map(\.name))
      swa.add(state.filter { parameters.contains($0.name) })
    }
    if report.isBestEMA == true {
      _ = try replicas.withAverage {
        let state = try replicas.state()
        try write { try model(state).save(to: folder.bestEMA) }
      }
    }
  }

  /// Saves the model after a step that ended a cycle of the learning rate.
  /// - Parameter moment: where the step was in the schedule.
  func saveSnapshot(after moment: ScheduleStep) throws {
    guard let count = plan.configuration.averaging.snapshots, progress.snapshots < count,
      case .cosineWarmRestarts(let curve) = plan.configuration.schedule,
      curve.cycle(at: scheduleStep).index > progress.snapshots,
      curve.cycle(at: moment).index <= progress.snapshots
    else { return }
    try saveSnapshot()
  }

  private func saveSnapshot() throws {
    let path = folder.snapshot(progress.snapshots + 1)
    let state = try replicas.state()
    try write { try model(state).save(to: path) }
    progress.snapshots += 1
  }

  /// Writes the averages at the run's end.
  func finishAverages() throws {
    let averaging = plan.configuration.averaging
    var models = AveragedModels()
    if let count = averaging.snapshots {
      // The last cycle ends with the run, unless something else ended it.
      if progress.snapshots == count - 1, [nil, .epochs, .time].contains(progress.end) { try saveSnapshot() }
      models.snapshots = (0..<progress.snapshots).map { folder.snapshot($0 + 1) }
    }
    models.ema = try replicas.withAverage { try save(to: folder.lastEMA, progress.history.last?.ema) }
    if progress.history.contains(where: { $0.isBestEMA == true }) { models.bestEMA = folder.bestEMA }
    if averaging.swaFrom != nil { models.swa = try finishSWA() }
    averages = models == AveragedModels() ? nil : models
  }

  /// Saves the network as its weights are now.
  private func save(to path: String, _ score: Score?) throws -> AveragedModel {
    let state = try replicas.state()
    try write { try model(state).save(to: path) }
    return AveragedModel(model: path, score: score, weightsSHA256: WeightsDigest.sha256(of: state))
  }

  /// Takes the running statistics anew for the mean of the weights, scores and saves it, and puts the weights back.
  private func finishSWA() throws -> AveragedModel? {
    guard swa.count > 0 else {
      observer.receive(
        .warning(
          .other(
            "swa-from \(plan.configuration.averaging.swaFrom ?? 0): the run ended after epoch "
              + "\(progress.position.epoch), so that no weights were averaged")))
      return nil
    }
    let own = try replicas.state()
    let mean = Dictionary(swa.tensors.map { ($0.name, $0) }) { first, _ in first }
    try replicas.load(state: own.map { mean[$0.name] ?? $0 })
    let result = Result { () throws -> AveragedModel in
      try estimateStatistics()
      var model = try save(to: folder.swa, scoreValidation())
      model.epochs = swa.count
      return model
    }
    try replicas.load(state: own)
    return try result.get()
  }

  /// Goes through the training images once more, in the order of the epoch after the last one and augmented as
  /// there, for the running statistics alone.
  private func estimateStatistics() throws {
    guard replicas.hasTrainedStatistics else { return }
    let (position, epoch) = (progress.position, progress.position.epoch)
    var estimate = replicas.beginStatistics()
    var step = stepsDone
    loader.begin(epoch: epoch, leavingOut: leftOut)
    while let batch = try watchdog.during(.batch, at: position, { try loader.next() }) {
      if batch.count > 0 {
        do {
          try watchdog.during(.step, at: position) {
            try replicas.add(batch, to: &estimate, epoch: epoch, step: step)
          }
        } catch ParallelError.nonFiniteLoss {
          throw TrainingError.nonFiniteAverage(model: folder.swa)
        }
      }
      step += 1
      loader.recycle(batch)
    }
    if estimate.images > 0 { try replicas.take(estimate) }
  }
}

/// The models that a run leaves beside its best and its last weights.
public struct AveragedModels: Codable, Equatable, Sendable {
  /// The moving average at the end.
  public var ema: AveragedModel?
  /// The moving average of the epoch in which it validated best.
  public var bestEMA: String?
  /// The mean of the weights at the ends of epochs.
  public var swa: AveragedModel?
  /// The models at the ends of the learning rate's cycles, in order.
  public var snapshots: [String] = []
}

/// A model of averaged weights.
public struct AveragedModel: Codable, Equatable, Sendable {
  /// Its file.
  public var model: String
  /// How it scores on the validation images; nil without any.
  public var score: Score?
  /// SHA-256 of its weights and running statistics, in lower-case hexadecimal.
  public var weightsSHA256: String
  /// Epochs that a mean is of.
  public var epochs: Int?
}
