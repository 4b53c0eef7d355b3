import ArgumentParser
import Convoy

/// How weights follow their gradients.
struct OptimizerOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  /// `0.1 for sgd, 2.0 for lars`.
  private static func perOptimizer(_ value: (OptimizerName) -> Double) -> String {
    OptimizerName.allCases.map { "\(value($0)) for \($0.rawValue)" }.joined(separator: ", ")
  }

  @Option(
    help: "The peak learning rate, above 0 (default: \(perOptimizer(\.usualLearningRate))).")
  var lr: Double?

  @Option(
    help: """
      Scales --lr by the images of a step (--batch-size times --accumulate) over --base-batch-size: none, linear, \
      or sqrt, the root of it (default: \(defaults.learningRateScaling.rawValue)).
      """)
  var lrScaling: LearningRateScaling?

  @Option(
    help: "The images of a step for which --lr was found, 1 or more; needs --lr-scaling (default: 256).")
  var baseBatchSize: Int?

  @Option(
    help: """
      The optimizer: sgd, or for large batches lars or lamb, which scale the steps of each layer to its weights \
      (default: \(defaults.optimizer.rawValue)).
      """)
  var optimizer: OptimizerName?

  @Option(
    help: """
      The share of the last update that the next one keeps, from 0 to below 1, for sgd and lars (default: 0.9, or what the
      schedule's base-momentum and max-momentum in a --config file say).
      """)
  var momentum: Double?

  @Flag(
    inversion: .prefixedNo, help: "Nesterov's momentum, for sgd (default: on).")
  var nesterov: Bool?

  @Option(
    help: """
      Weight decay, 0 or more; norm layers and biases have none \
      (default: \(perOptimizer(\.usualWeightDecay))).
      """)
  var weightDecay: Double?

  @Option(
    help: "How much of a layer's size a step of learning rate 1 may be, above 0, for lars (default: 0.001).")
  var trustCoefficient: Double?

  @Option(help: "What lamb's mean of the gradient keeps a step, from 0 to below 1 (default: 0.9).")
  var beta1: Double?

  @Option(help: "What lamb's mean of the gradient's square keeps, from 0 to below 1 (default: 0.999).")
  var beta2: Double?

  @Option(help: "Keeps lamb's steps finite where gradients vanish, above 0 (default: 1e-6).")
  var epsilon: Double?

  @Option(
    help: """
      What the learning rate of a block of layers is times that of the next one, above 0 and at most 1: with 0.75 \
      the head learns at --lr, the last block at 0.75 of it, and so on; --verbose shows the table (default: 1).
      """)
  var layerDecay: Double?

  func apply(to configuration: inout RunConfiguration) {
    configuration.learningRateScaling = lrScaling ?? configuration.learningRateScaling
    configuration.baseBatchSize = baseBatchSize ?? configuration.baseBatchSize
    configuration.learningRate = lr ?? configuration.learningRate
    configuration.optimizer = optimizer ?? configuration.optimizer
    configuration.momentum = momentum ?? configuration.momentum
    configuration.nesterov = nesterov ?? configuration.nesterov
    configuration.weightDecay = weightDecay ?? configuration.weightDecay
    configuration.trustCoefficient = trustCoefficient ?? configuration.trustCoefficient
    configuration.beta1 = beta1 ?? configuration.beta1
    configuration.beta2 = beta2 ?? configuration.beta2
    configuration.epsilon = epsilon ?? configuration.epsilon
    configuration.layerDecay = layerDecay ?? configuration.layerDecay
  }
}

extension LearningRateScaling: ExpressibleByArgument {}
extension OptimizerName: ExpressibleByArgument {}
