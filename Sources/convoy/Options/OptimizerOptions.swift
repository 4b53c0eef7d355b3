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
    help: """
      The optimizer: sgd (the usual choice for images, with --momentum 0 plain), adagrad (rare features; its steps only \
      shrink), rmsprop, adam, adamw (a good start without tuning), nadam (Adam that looks ahead), lion (sign of the \
      momentum; a low --lr), or for large batches lars or lamb, which scale the steps of each layer to its weights \
      (default: \(defaults.optimizer.rawValue)).
      """)
  var optimizer: OptimizerName?

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
      The share of the last update that the next one keeps, from 0 to below 1, for sgd, rmsprop and lars (default: 0.9, \
      or what the schedule's base-momentum and max-momentum in a --config file say; 0 for rmsprop).
      """)
  var momentum: Double?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Nesterov's momentum in PyTorch's form, for sgd: with d = gradient + decay * w and m = momentum * m + d, a step is \
      lr * (d + momentum * m) (default: on).
      """)
  var nesterov: Bool?

  @Option(
    help: """
      Weight decay, 0 or more; norm layers and biases have none. It is added to the gradient (L2), for adamw and lion \
      taken off the weights (decoupled), and for lars and lamb scaled with the layer's step \
      (default: \(perOptimizer(\.usualWeightDecay)), 0 with --l2).
      """)
  var weightDecay: Double?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Take weight decay off the weights, lr times as much, in place of adding it to the gradient, which adaptive \
      optimizers then divide: for sgd, adagrad, rmsprop, adam and nadam (default: off).
      """)
  var decoupledWeightDecay: Bool?

  @Option(
    help: "How much of a layer's size a step of learning rate 1 may be, above 0, for lars (default: 0.001).")
  var trustCoefficient: Double?

  @Option(
    help: """
      What the mean of the gradient keeps a step, from 0 to below 1, for adam, adamw, nadam, lion and lamb \
      (default: 0.9, or what the schedule's base-momentum and max-momentum say).
      """)
  var beta1: Double?

  @Option(
    help: """
      What the mean of the gradient's square keeps, from 0 to below 1, for adam, adamw, nadam and lamb; for lion what \
      its momentum keeps (default: 0.999, and 0.99 for lion).
      """)
  var beta2: Double?

  @Option(
    help: """
      Keeps steps finite where gradients vanish, above 0, for adagrad, rmsprop, adam, adamw, nadam and lamb \
      (default: 1e-8, 1e-10 for adagrad, 1e-6 for lamb).
      """)
  var epsilon: Double?

  @Flag(
    inversion: .prefixedNo,
    help: """
      AMSGrad, for adam and adamw: divide by the largest mean square so far, so that steps never grow again; try it \
      where Adam does not settle (default: off).
      """)
  var amsgrad: Bool?

  @Option(help: "What the mean of the squares keeps a step, from 0 to below 1, for rmsprop (default: 0.99).")
  var alpha: Double?

  @Flag(
    inversion: .prefixedNo,
    help: "Divide by the deviation from the mean gradient, not from 0, for rmsprop (default: off).")
  var centered: Bool?

  @Option(
    help: """
      How fast nadam's momentum grows from half of --beta1 to all of it, 0 or more (default: 0.004).
      """)
  var momentumDecay: Double?

  @Option(
    help: """
      What the learning rate of a block of layers is times that of the next one, above 0 and at most 1: with 0.75 \
      the head learns at --lr, the last block at 0.75 of it, and so on; --verbose shows the table (default: 1).
      """)
  var layerDecay: Double?

  @Option(
    help: """
      Parameters that learn or decay otherwise, with factors of --lr and of --weight-decay (and --l1 and --l2), and \
      patterns as in --freeze: '[{parameters: "fc.*", lr: 10}, {parameters: "*.bias", weight-decay: 1}]' \
      (default: norm layers and biases do not decay).
      """,
    transform: { text in
      do {
        return try ParameterGroup.groups(text: text)
      } catch TrainingError.invalidOption(_, _, let reason) {
        throw ValidationError(reason)
      }
    })
  var parameterGroups: [ParameterGroup]?

  func apply(to configuration: inout RunConfiguration) {
    configuration.optimizer = optimizer ?? configuration.optimizer
    configuration.learningRate = lr ?? configuration.learningRate
    configuration.learningRateScaling = lrScaling ?? configuration.learningRateScaling
    configuration.baseBatchSize = baseBatchSize ?? configuration.baseBatchSize
    configuration.momentum = momentum ?? configuration.momentum
    configuration.nesterov = nesterov ?? configuration.nesterov
    configuration.weightDecay = weightDecay ?? configuration.weightDecay
    configuration.trustCoefficient = trustCoefficient ?? configuration.trustCoefficient
    configuration.beta1 = beta1 ?? configuration.beta1
    configuration.beta2 = beta2 ?? configuration.beta2
    configuration.epsilon = epsilon ?? configuration.epsilon
    var details = configuration.optimizerDetails
    details.decoupledWeightDecay = decoupledWeightDecay ?? details.decoupledWeightDecay
    details.amsgrad = amsgrad ?? details.amsgrad
    details.alpha = alpha ?? details.alpha
    details.centered = centered ?? details.centered
    details.momentumDecay = momentumDecay ?? details.momentumDecay
    configuration.optimizerDetails = details
    configuration.layerDecay = layerDecay ?? configuration.layerDecay
    configuration.parameterGroups = parameterGroups ?? configuration.parameterGroups
  }
}

extension LearningRateScaling: ExpressibleByArgument {}
extension OptimizerName: ExpressibleByArgument {}
