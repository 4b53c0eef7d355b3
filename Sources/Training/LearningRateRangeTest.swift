import Foundation

/// What a range test saw: the loss while the learning rate rose, and the rates that it suggests.
public struct LearningRateRangeTest: Codable, Equatable, Sendable {
  /// One step.
  public struct Point: Codable, Equatable, Sendable {
    /// Counted from 1.
    public var step: Int
    /// As `lr` would state it.
    public var learningRate: Double
    /// The mean loss of the step's images, before its update.
    public var loss: Double
    /// The running mean of the losses so far.
    public var smoothedLoss: Double
  }

  /// How it ended.
  public enum Ending: String, Codable, Sendable {
    /// Every rate was tried.
    case completed
    /// The loss was no longer finite, or four times the lowest one.
    case diverged
  }

  /// How a rate is read off the curve.
  public enum Rule: String, Codable, CaseIterable, Sendable {
    /// Where the running mean of the losses falls fastest.
    case steepest
    /// Half way down the longest fall of the running mean.
    case valley
    /// Half the rate at which the losses are lowest.
    case lowest
  }

  /// A rate to train with.
  public struct Suggestion: Codable, Equatable, Sendable {
    /// How it was found.
    public var rule: Rule
    /// For `lr`.
    public var learningRate: Double
  }

  /// The rates that were to be tried.
  public let sweep: LearningRateSweep
  /// The steps that were done.
  public let points: [Point]
  /// How it ended.
  public let ending: Ending
  /// What each rule suggests, in the rules' order; nothing where the curve shows nothing.
  public let suggestions: [Suggestion]
  /// The one to begin with.
  ///
  /// That of the lowest loss, which was nearest to the best of nine rates with the default schedule (600 images of
  /// Fashion-MNIST, 6 epochs): 0.063 where 0.1 was best for vgg6 and lenet5, and 0.0076 where 0.01 was for
  /// self-normalizing; the valley said 0.021, 0.0093 and 0.0013.
  public let recommended: Suggestion?
  /// Why nothing is suggested; nil where something is.
  public let reason: String?
}

extension LearningRateRangeTest {
  /// Reads the suggestions off a curve.
  /// - Parameters:
  ///   - losses: of the sweep's first steps, finite, each with its step counted from 0; a step whose images could not be
  ///     read has none.
  ///   - diverged: whether the sweep ended there because the loss was not finite any more.
  public init(sweep: LearningRateSweep, losses: [(step: Int, loss: Double)], diverged: Bool) {
    let smoothed = LearningRateRules.smoothed(losses.map(\.loss))
    self.sweep = sweep
    points = zip(losses, smoothed).map { measured, smoothed in
      Point(
        step: measured.step + 1, learningRate: sweep.rate(at: measured.step), loss: measured.loss,
        smoothedLoss: smoothed)
    }
    ending = diverged || LearningRateRules.hasDiverged(smoothed) ? .diverged : .completed
    // Both ends of the curve say nothing: few losses are in the mean yet, or it turns up already.
    let curve = Array(points.dropFirst(sweep.steps / 10).dropLast(LearningRateRules.tail))
    reason = Self.reason(curve, sweep, points)
    suggestions = reason == nil ? Self.suggestions(curve) : []
    recommended = suggestions.last
  }

  /// Whether the loss was lowest at the last rates, so that higher ones may be better still.
  public var fallsToTheEnd: Bool {
    let lowest = LearningRateRules.lowest(losses: points.map(\.loss)) ?? 0
    return ending == .completed && lowest >= points.count - LearningRateRules.tail
  }

  /// The running mean of the losses at the point nearest to a suggestion, for drawings.
  public func smoothedLoss(near suggestion: Suggestion) -> Double {
    let nearest = points.min {
      abs(log($0.learningRate / suggestion.learningRate))
        < abs(log($1.learningRate / suggestion.learningRate))
    }
    return nearest?.smoothedLoss ?? 0
  }

  private static func suggestions(_ curve: [Point]) -> [Suggestion] {
    let rates = curve.map(\.learningRate)
    let (losses, smoothed) = (curve.map(\.loss), curve.map(\.smoothedLoss))
    let rules: [(rule: Rule, index: Int?, factor: Double)] = [
      (.steepest, LearningRateRules.steepest(rates: rates, losses: smoothed), 1),
      (.valley, LearningRateRules.valley(losses: smoothed), 1),
      (.lowest, LearningRateRules.lowest(losses: losses), 0.5),
    ]
    return rules.compactMap { rule, index, factor in
      index.map { Suggestion(rule: rule, learningRate: factor * rates[$0]) }
    }
  }

  /// Why a curve shows nothing; nil where it shows something.
  private static func reason(_ curve: [Point], _ sweep: LearningRateSweep, _ points: [Point]) -> String? {
    guard let first = curve.first, curve.count >= LearningRateRules.leastPoints else {
      return "the loss diverged after \(points.count) of \(sweep.steps) steps, at a learning rate of "
        + "\(sweep.rate(at: points.count).short); begin lower with --from, or take more --steps"
    }
    let losses = curve.map(\.loss)
    let fall = first.smoothedLoss - (LearningRateRules.localMeans(losses).min() ?? 0)
    if fall > LearningRateRules.leastFall * LearningRateRules.noise(losses) { return nil }
    return
      "the loss did not fall, more than from step to step, between learning rates \(sweep.from.short) and "
      + "\((points.last?.learningRate ?? sweep.to).short); try more --steps, or another --from and --to"
  }
}

extension Double {
  /// Three figures.
  fileprivate var short: String { String(format: "%.3g", self) }
}
