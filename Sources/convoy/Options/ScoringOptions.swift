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

  @Option(
    help: """
      How several models become one: mean is the mean of their probabilities, geometric their geometric mean (which \
      heeds a model that rules a class out), vote gives each model one vote for its first class, the mean deciding \
      between equal votes (default: \(EnsembleRule.mean.rawValue); needs two models or more).
      """)
  var ensemble: EnsembleRule?

  @Option(
    help: """
      Look at each image several times and take the mean of the probabilities: flip is the image and its mirror \
      image; ten-crop is its corners and its middle, of the model's input size in the whole image resized to cover \
      8/7 of that (224 in 256), and the same mirrored; a number, \(TestTimeAugmentation.drawLimits.lowerBound) to \
      \(TestTimeAugmentation.drawLimits.upperBound), is so many light random crops, mirrored or not, the same for \
      every image. Slower by as many times; worth it for the last tenths of a percent, where the mirror image of \
      a class has that class (default: none).
      """,
    transform: { text in
      guard let augmentation = TestTimeAugmentation(text) else {
        throw ValidationError("'\(text)' is not \(TestTimeAugmentation.forms).")
      }
      return augmentation
    })
  var tta: TestTimeAugmentation?

  @OptionGroup(title: "Reading images")
  var reading: ImageReadingOptions

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  /// The options as the library takes them.
  var options: InferenceOptions {
    var options = Self.defaults
    options.batchSize = batchSize ?? options.batchSize
    options.onBadImage = onBadImage ?? options.onBadImage
    reading.apply(to: &options.reading)
    options.precision = precision ?? options.precision
    options.foldsBatchNorm = foldBatchNorm
    options.augmentation = tta
    options.workers = machine.workers
    options.threads = machine.threads
    options.loaderThreads = machine.loaderThreads
    return options
  }

  /// Checks that a rule is stated for several models alone.
  func check(models: Int) throws {
    if let ensemble, models < 2 {
      throw ValidationError("--ensemble \(ensemble.rawValue) needs two models or more; there is one.")
    }
  }
}

extension EnsembleRule: ExpressibleByArgument {}
