import Foundation

/// The learning rates of a range test: one for each step, each the same factor above the one before.
///
/// Source: Smith, "Cyclical learning rates for training neural networks", 2015 (the range test), and "A disciplined
/// approach to neural network hyper-parameters: part 1", 2018.
public struct LearningRateSweep: Codable, Equatable, Sendable {
  /// The rate of the first step, above 0.
  public var from: Double
  /// The rate of the last step, above `from`.
  public var to: Double
  /// Steps, at least ``leastSteps``.
  public var steps: Int

  /// Fewer steps cannot show a slope.
  public static let leastSteps = 20
  /// As many as are taken where nothing is said.
  public static let usualSteps = 100

  /// A sweep between two rates.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  public init(from: Double, to: Double, steps: Int = usualSteps) throws(TrainingError) {
    (self.from, self.to, self.steps) = (from, to, steps)
    if steps < Self.leastSteps {
      throw .invalidOption(
        name: "steps", value: "\(steps)",
        reason: "must be at least \(Self.leastSteps): with fewer no slope can be seen")
    }
    guard from > 0, from.isFinite else {
      throw .invalidOption(name: "from", value: "\(from)", reason: "must be a number above 0")
    }
    guard to > from, to.isFinite else {
      throw .invalidOption(name: "to", value: "\(to)", reason: "must be a number above from (\(from))")
    }
  }

  /// The usual sweep for an optimizer: from four powers of ten below its usual rate to three above.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  /// - Parameters:
  ///   - from: instead of the lowest rate.
  ///   - to: instead of the highest one.
  public init(
    for optimizer: OptimizerName, from: Double? = nil, to: Double? = nil, steps: Int = usualSteps
  ) throws(TrainingError) {
    let usual = optimizer.usualLearningRate
    try self.init(from: from ?? usual / 10_000, to: to ?? usual * 1000, steps: steps)
  }

  /// The rate of a step, counted from 0.
  public func rate(at step: Int) -> Double {
    from * pow(to / from, Double(step) / Double(steps - 1))
  }
}
