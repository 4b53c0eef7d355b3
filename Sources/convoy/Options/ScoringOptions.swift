import ArgumentParser
import Convoy

/// How evaluate and predict go through images.
struct ScoringOptions: ParsableArguments {
  private static let defaults = InferenceOptions()

  @Option(help: "Images scored at once, 1 or more (default: \(defaults.batchSize)).")
  var batchSize: Int?

  @Option(
    help: """
      What an unreadable image does: skip leaves it out, names and counts it \
      (default: \(defaults.onBadImage.rawValue)).
      """)
  var onBadImage: BadImagePolicy?

  @Option(
    help: """
      The type of activations: fp32, bf16 (faster where the processor multiplies such numbers), or auto, which \
      is bf16 on processors with AMX or AVX-512-BF16 and fp32 elsewhere; weights stay fp32 \
      (default: \(defaults.precision.rawValue)).
      """)
  var precision: PrecisionChoice?

  @Flag(
    help: """
      Compute batch norms into the convolutions and dense layers before them: the same scores but for rounding, \
      in less time (default: off).
      """)
  var foldBatchNorm = false

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  /// The options as the library takes them.
  var options: InferenceOptions {
    var options = Self.defaults
    options.batchSize = batchSize ?? options.batchSize
    options.onBadImage = onBadImage ?? options.onBadImage
    options.precision = precision ?? options.precision
    options.foldsBatchNorm = foldBatchNorm
    options.workers = machine.workers
    options.threads = machine.threads
    options.loaderThreads = machine.loaderThreads
    return options
  }
}
