/// A data-parallel step that cannot go on.
public enum ParallelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Workers, shards or batch size that cannot be.
  case setting(String)
  /// The loss or a statistic is infinite or not a number. The weights are still those of the step before.
  case nonFiniteLoss(Double, source: DivergenceSource?)
  /// The gradient of a step is infinite or not a number, and the weights are lost.
  case nonFiniteGradient(source: DivergenceSource?)

  private static let advice = "Try a lower learning rate or a longer warm-up"

  /// One line with what to do.
  public var description: String {
    switch self {
    case .setting(let problem): problem
    case .nonFiniteLoss(let loss, let source):
      "the loss is \(loss): training diverges" + (source.map { ", most of all in \($0.layer)" } ?? "")
        + ". \(Self.advice)"
    case .nonFiniteGradient(let source):
      "the gradient is not finite: training diverges" + (source.map { ", most of all in \($0.layer)" } ?? "")
        + ". \(Self.advice)"
    }
  }
}
