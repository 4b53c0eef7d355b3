/// A data-parallel step that cannot go on.
public enum ParallelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Workers, shards or batch size that cannot be.
  case setting(String)
  /// The loss or a statistic is infinite or not a number. The weights are still those of the step before.
  case nonFiniteLoss(Double)
  /// The gradient of a step is infinite or not a number, and the weights are lost.
  case nonFiniteGradient

  /// One line with what to do.
  public var description: String {
    switch self {
    case .setting(let problem): problem
    case .nonFiniteLoss(let loss):
      "the loss is \(loss): training diverges. Try a lower learning rate or a longer warm-up"
    case .nonFiniteGradient:
      "the gradient is not finite: training diverges. Try a lower learning rate or a longer warm-up"
    }
  }
}
