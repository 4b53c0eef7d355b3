import Foundation
import Networks

/// Trains a few steps while the learning rate rises, to see which rates are worth training with.
///
/// The steps are those of a training run with the same configuration, but for the rate: epochs, schedule and warm-up
/// have no part, and what is frozen at first stays so. Nothing stays on the disk. The result depends on the number of
/// workers as little as that of a run.
public struct LearningRateFinder: Sendable {
  private let configuration: RunConfiguration
  private let network: Network?
  private let sweep: LearningRateSweep

  /// Prepares a range test.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  /// - Parameters:
  ///   - configuration: of the training; its learning rate is not used.
  ///   - network: a network instead of the one that the configuration names.
  ///   - sweep: the rates to try; nil is the usual ones for the optimizer.
  public init(
    configuration: RunConfiguration, network: Network? = nil, sweep: LearningRateSweep? = nil
  ) throws(TrainingError) {
    if let resume = configuration.resume {
      throw .invalidOption(
        name: "resume", value: resume, reason: "a range test starts anew; weights names a model to start from"
      )
    }
    try configuration.validate()
    self.sweep = if let sweep { sweep } else { try LearningRateSweep(for: configuration.optimizer) }
    self.configuration = configuration.forRangeTest
    self.network = network
  }

  /// Trains, and reads the suggestions off the losses.
  ///
  /// Throws what a training run throws.
  /// - Parameters:
  ///   - observer: is told of progress, warnings and a stall, as by a run.
  public func run(observer: any RunObserver) throws -> LearningRateRangeTest {
    let (losses, diverged) = try losses(observer)
    return LearningRateRangeTest(sweep: sweep, losses: losses, diverged: diverged)
  }

  /// The losses of the steps, each with its step counted from 0, and whether the sweep ended because they diverged.
  func losses(_ observer: any RunObserver) throws -> (losses: [(step: Int, loss: Double)], diverged: Bool) {
    var plan = try RunPlan(configuration, network: network)
    plan.sweep = sweep
    for warning in plan.warnings where warning != .noValidation { observer.receive(.warning(warning)) }
    return try ProcessorCap.within(plan.configuration.threads) { try losses(plan, observer) }
  }

  private func losses(
    _ plan: RunPlan, _ observer: any RunObserver
  ) throws -> (losses: [(step: Int, loss: Double)], diverged: Bool) {
    let session = try RunSession.withoutTrace(plan, observer: observer)
    session.watchdog.start()
    try session.scaleInitialWeights()
    var losses: [(step: Int, loss: Double)] = []
    do {
      while session.stepsDone < sweep.steps {
        try session.beginEpoch()
        while session.stepsDone < sweep.steps, try session.step() {
          guard let loss = session.lastLoss else { continue }
          losses.append((session.stepsDone - 1, loss))
          if LearningRateRules.hasDiverged(LearningRateRules.smoothed(losses.map(\.loss))) {
            return (losses, true)
          }
        }
        if session.stepsDone < sweep.steps { _ = session.progress.finishEpoch(validation: nil) }
      }
    } catch TrainingError.diverged {
      return (losses, true)
    }
    return (losses, false)
  }
}

extension RunConfiguration {
  /// What a range test trains by: the learning rate alone changes.
  fileprivate var forRangeTest: RunConfiguration {
    var configuration = self
    configuration.output = nil
    configuration.schedule = .constant(Constant())
    configuration.warmupEpochs = 0
    configuration.budget = RunBudget()
    configuration.averaging = WeightAveraging()
    configuration.unfreezeAt = nil
    configuration.profileLayers = false
    return configuration
  }
}

extension RunSession {
  /// A session of a run that leaves nothing behind: what it has open of its folder goes with it, however it ends.
  static func withoutTrace(_ plan: RunPlan, observer: any RunObserver) throws -> RunSession {
    let folder = FileManager.default.temporaryDirectory.path + "/convoy-" + UUID().uuidString
    var plan = plan
    plan.configuration.output = folder
    let session = try RunSession(plan, resuming: nil, observer: observer)
    try FileManager.default.removeItem(atPath: folder)
    return session
  }
}
