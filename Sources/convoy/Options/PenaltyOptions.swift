import ArgumentParser
import Convoy

/// What bounds gradients and weights.
struct PenaltyOptions: ParsableArguments {
  @Option(
    help: """
      The largest norm that the whole gradient may have, above 0: a larger one is scaled down, against rare steps that \
      throw training off; steps.csv has every step's norm. One of --clip-norm, --clip-value and --clip-adaptive \
      (default: any).
      """)
  var clipNorm: Double?

  @Option(
    help: "The largest value of the gradient, either way, above 0; larger ones are cut (default: any).")
  var clipValue: Double?

  @Option(
    help: """
      Adaptive clipping: the largest norm of the gradient of an output unit, as a share of the norm of its weights, \
      above 0; the last layer is left out. For networks without norm layers and for large batches; 0.01 is usual \
      (default: any).
      """)
  var clipAdaptive: Double?

  @Option(
    help: """
      The penalty l1 * |w| on every weight that decays, 0 or more, so that unimportant weights shrink to about 0; with \
      --l2 it is the elastic net (default: none).
      """)
  var l1: Double?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Take the penalty of --l1 by soft-thresholding: after each step every weight moves lr * l1 towards 0 and stops \
      there, so that weights become exactly 0; each epoch reports how many are (default: off).
      """)
  var l1Proximal: Bool?

  @Option(
    help: """
      The share of the run, between 0 and 1, after which --l1 ends and the weights that are 0 by then stay so, while \
      the others recover from the penalty: more zeros at the same accuracy. Needs --l1-proximal (default: never).
      """)
  var l1Until: Double?

  @Option(
    help: """
      The share of zeros, between 0 and 1, at which --l1 ends and they stay; where there are fewer at --l1-until, the \
      smallest weights become zero then. Needs --l1-proximal (default: any).
      """)
  var l1Sparsity: Double?

  @Option(
    help: """
      The penalty l2 / 2 * w^2 on every weight that decays, 0 or more: a term of the loss, whose gradient is clipped and \
      goes through the optimizer's means, unlike decoupled decay; --weight-decay is then 0 unless it is given \
      (default: none).
      """)
  var l2: Double?

  @Option(
    help: """
      The largest norm that the weights into an output unit may have after a step, above 0: a row of a dense layer, a \
      filter of a convolution (Keras' MaxNorm with axis 0 for Dense and [0, 1, 2] for Conv2D, whose kernels have the \
      outputs last; here they are first). Usual with dropout: 3 or 4 (default: any).
      """)
  var maxNorm: Double?

  func apply(to configuration: inout RunConfiguration) {
    configuration.clipping.norm = clipNorm ?? configuration.clipping.norm
    configuration.clipping.value = clipValue ?? configuration.clipping.value
    configuration.clipping.adaptive = clipAdaptive ?? configuration.clipping.adaptive
    configuration.penalties.l1 = l1 ?? configuration.penalties.l1
    configuration.penalties.isProximal = l1Proximal ?? configuration.penalties.isProximal
    configuration.penalties.l1Until = l1Until ?? configuration.penalties.l1Until
    configuration.penalties.l1Sparsity = l1Sparsity ?? configuration.penalties.l1Sparsity
    configuration.penalties.l2 = l2 ?? configuration.penalties.l2
    configuration.penalties.maxNorm = maxNorm ?? configuration.penalties.maxNorm
  }
}
