import ArgumentParser
import Convoy

/// What keeps a network from learning its training images by heart, and how their classes count.
struct RegularizationOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(
    help: """
      The share of every label that is spread evenly over all classes, from 0 to below 1; 0.1 is usual for many \
      classes and long runs, where a network grows too sure. Validation reports plain cross-entropy all the same \
      (default: \(defaults.objective.labelSmoothing)).
      """)
  var labelSmoothing: Double?

  @Option(
    help: """
      Focal loss: each image's loss times (1 - p)^GAMMA, p being the probability of its class; 0 or more, 0 is \
      cross-entropy. 2 is usual where easy images are so many that they drown the hard ones \
      (default: \(defaults.objective.focalGamma)).
      """)
  var focalGamma: Double?

  @Option(
    help: """
      What the loss of each class is multiplied by: balanced (images over classes over the class's images), or every \
      class as in "cat=2,dog=0.5", above 0; in a --config file also a mapping. The mean divides by the sum of the \
      weights, with mixed labels by the images, as in PyTorch. For classes of very different sizes (default: all 1).
      """,
    transform: { text in
      do {
        return try ClassWeights(text)
      } catch TrainingError.invalidOption(_, _, let reason) {
        throw ValidationError(reason)
      }
    })
  var classWeights: ClassWeights?

  @Option(
    help: """
      Which images an epoch has: shuffled is each once; balanced draws as many with replacement, every class equally \
      often, for classes of very different sizes (default: \(defaults.sampling.rawValue)).
      """)
  var sampling: ImageSampling?

  @Option(
    help: """
      MixUp: each image becomes a weighted sum with another one of its batch, and its label likewise; the share is \
      drawn from Beta(ALPHA, ALPHA) for each batch. 0 or more, 0 is none; 0.2 is usual, up to 1 for small data and \
      long runs. Training accuracy counts the label with the larger share. With --accumulate images are mixed \
      within each of the batches (default: \(defaults.mixing.mixUp)).
      """)
  var mixup: Double?

  @Option(
    help: """
      CutMix: a box of each image comes from another one of its batch, and its label by the area; the area is drawn \
      from Beta(ALPHA, ALPHA) for each batch. 0 or more, 0 is none; 1 is usual, for images whose object fills \
      them. With --mixup too each batch draws one of both (default: \(defaults.mixing.cutMix)).
      """)
  var cutmix: Double?

  @Option(
    help: "How often a batch is mixed, above 0 and at most 1; needs --mixup or --cutmix (default: 1.0).")
  var mixProbability: Double?

  @Option(
    help: """
      The standard deviation of normal noise that training adds to every value of an image, in units of normalised \
      values, 0 or more; 0.05 to 0.2 helps where data are few. It is a layer in front of the network, which does \
      nothing in evaluation (default: \(defaults.inputNoise)).
      """)
  var inputNoise: Double?

  func apply(to configuration: inout RunConfiguration) {
    configuration.objective.labelSmoothing = labelSmoothing ?? configuration.objective.labelSmoothing
    configuration.objective.focalGamma = focalGamma ?? configuration.objective.focalGamma
    configuration.objective.classWeights = classWeights ?? configuration.objective.classWeights
    configuration.sampling = sampling ?? configuration.sampling
    configuration.mixing.mixUp = mixup ?? configuration.mixing.mixUp
    configuration.mixing.cutMix = cutmix ?? configuration.mixing.cutMix
    configuration.mixing.probability = mixProbability ?? configuration.mixing.probability
    configuration.inputNoise = inputNoise ?? configuration.inputNoise
  }
}

extension ImageSampling: ExpressibleByArgument {}
