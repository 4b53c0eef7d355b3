import Networks
import Parallel

/// A run that diverged: where it was stopped, and what to try.
public struct Divergence: Codable, Equatable, Sendable {
  /// What was found not to be finite.
  public enum Finding: String, Codable, Sendable {
    /// The loss of a step, or a statistic of its batch norms.
    case trainingLoss = "training-loss"
    /// The gradient of a step, whose loss still was.
    case gradient
    /// The loss of an evaluation.
    case validationLoss = "validation-loss"
    /// The weights that were to be saved.
    case weights
  }

  /// What was found not to be finite.
  public var finding: Finding
  /// The epoch, counted from 1.
  public var epoch: Int
  /// The step in it, counted from 1: the one that failed, or the last one before what was found.
  public var step: Int
  /// The learning rate of that step.
  public var learningRate: Double
  /// Where the largest gradient was; nil where only an evaluation or the weights tell.
  public var source: DivergenceSource?
  /// What to try.
  public var advice: String
  /// The last good checkpoint; nil before the first.
  public var checkpoint: String?
}

extension Divergence: CustomStringConvertible {
  /// One line: what, where, with what, and what to do.
  public var description: String {
    let subject =
      switch finding {
      case .trainingLoss: "the loss is not finite in"
      case .gradient: "the gradient is not finite in"
      case .validationLoss: "the validation loss is not finite after"
      case .weights: "weights are not finite after"
      }
    return "\(subject) epoch \(epoch), step \(step) (learning rate \(learningRate)"
      + (source.map { "; \(Self.text($0))" } ?? "") + "); try \(advice)"
      + (checkpoint.map { "; the last good checkpoint is \($0)" } ?? "")
  }

  private static func text(_ source: DivergenceSource) -> String {
    let norm = source.norm.map { "norm \(Float($0))" } ?? "not finite"
    return switch source.measure {
    case .gradient: "the largest gradient is that of \(source.parameter), \(norm)"
    case .gradientBefore: "the largest gradient of the step before was that of \(source.parameter), \(norm)"
    case .weights: "the largest weights are \(source.parameter), \(norm)"
    }
  }
}

extension RunConfiguration {
  /// What a person may try when a run with these options diverged.
  var adviceAgainstDivergence: String {
    let rate = Float((learningRate ?? optimizer.usualLearningRate) / 10)
    let warmup = warmupEpochs > 0 ? "a longer --warmup-epochs" : "--warmup-epochs 1"
    return "--lr \(rate) or lower, or \(warmup)" + (clipping.norm == nil ? ", or --clip-norm 1" : "")
  }
}

extension RunSession {
  /// The error of a run that diverged, which is also written to the run's record.
  /// - Parameter isUnderWay: whether the step that is done next has failed; else the last one is named.
  func diverged(
    _ finding: Divergence.Finding, learningRate: Double, source: DivergenceSource? = nil, isUnderWay: Bool
  ) throws -> TrainingError {
    let position = progress.position
    let isAtEnd = !isUnderWay && position.step == 0
    let divergence = Divergence(
      finding: finding, epoch: position.epoch + (isAtEnd ? 0 : 1),
      step: isAtEnd ? stepsPerEpoch : position.step + (isUnderWay ? 1 : 0), learningRate: learningRate,
      source: source, advice: plan.configuration.adviceAgainstDivergence, checkpoint: saved?.path)
    record.divergence = divergence
    record.history = progress.history
    // A session that leaves no trace has no checkpoint, and its folder is gone.
    if saved != nil { try write { try record.save(to: folder.record) } }
    return .diverged(divergence)
  }

  /// The weights and running statistics, to be saved.
  ///
  /// Throws ``TrainingError/diverged(_:)`` where one is infinite or not a number: nothing could go on from them.
  func finiteState() throws -> [Tensor] {
    let state = try replicas.state()
    // Zero times anything finite is zero.
    let isFinite = state.allSatisfy { tensor in
      var sum: Float = 0
      for value in tensor.values { sum += value * 0 }
      return sum == 0
    }
    if isFinite || stepsDone == 0 { return state }
    let rate = progress.tally.count > 0 ? progress.tally.learningRate : progress.history.last?.learningRate
    throw try diverged(
      .weights, learningRate: rate ?? 0, source: replicas.largestGradient, isUnderWay: false)
  }
}
