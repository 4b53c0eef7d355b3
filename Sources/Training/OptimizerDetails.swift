/// What single optimizers have beside the options of all.
public struct OptimizerDetails: Equatable, Sendable {
  /// Whether weight decay is taken off the weights, not added to the gradient; nil is what the optimizer is known for.
  /// For sgd, adagrad, rmsprop, adam and nadam; adamw and lion do so always.
  public var decoupledWeightDecay: Bool?
  /// Whether the largest mean square so far takes the place of the mean square; nil is false. For adam and adamw.
  public var amsgrad: Bool?
  /// Whether the mean of the gradient is taken off before squares are compared; nil is false. For rmsprop.
  public var centered: Bool?
  /// What the mean of the squares keeps of itself a step; nil is 0.99. For rmsprop.
  public var alpha: Double?
  /// How fast the momentum grows to `beta1`; nil is 0.004. For nadam.
  public var momentumDecay: Double?

  /// Nothing stated.
  public init() {}
}
