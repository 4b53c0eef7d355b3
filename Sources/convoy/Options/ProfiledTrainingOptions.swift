import ArgumentParser
import Convoy

/// What of `convoy train` changes how fast it is.
struct ProfiledTrainingOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @OptionGroup
  var network: NetworkOptions

  @Option(help: "The model's first layers (default: \(defaults.stem.rawValue)).")
  var stem: Stem?

  @Option(help: "Images of one step, 1 or more (default: \(defaults.batchSize)).")
  var batchSize: Int?

  @Option(
    help: """
      Parts that a batch is cut into, the same for all numbers of workers, from 1 to the batch size (default: one \
      for every 32 images, or the most workers or processors where those are more).
      """)
  var shards: Int?

  @Flag(help: "Train batch norms with the statistics of the whole batch, not of each shard.")
  var syncBatchNorm = false

  @Option(help: "The type of activations: fp32, bf16 or auto (default: \(defaults.precision.rawValue)).")
  var precision: PrecisionChoice?

  @Option(help: "The most cores to use, 1 or more (default: every core that may be used).")
  var threads: Int?

  @Option(help: "Threads that read images, 1 or more (default: what convoy train takes).")
  var loaderThreads: Int?

  func apply(to configuration: inout RunConfiguration) {
    network.apply(to: &configuration)
    configuration.stem = stem ?? configuration.stem
    configuration.batchSize = batchSize ?? configuration.batchSize
    configuration.shards = shards
    configuration.syncBatchNorm = syncBatchNorm
    configuration.precision = precision ?? configuration.precision
    configuration.threads = threads
    configuration.loaderThreads = loaderThreads
  }
}

/// The network that several machines are supposed to have.
struct ProjectionOptions: ParsableArguments {
  @Option(help: "The bandwidth of each machine's link, in gigabits a second, above 0.")
  var networkBandwidth = 10.0

  @Option(help: "How long a message is on its way, in microseconds, 0 or more.")
  var networkLatency = 50.0

  var network: ScalingProjection.Network {
    ScalingProjection.Network(gigabitsPerSecond: networkBandwidth, latency: networkLatency * 1e-6)
  }

  func validate() throws {
    if !(networkBandwidth > 0 && networkBandwidth.isFinite) {
      throw ValidationError("--network-bandwidth is \(networkBandwidth); it must be above 0.")
    }
    if !(networkLatency >= 0 && networkLatency.isFinite) {
      throw ValidationError("--network-latency is \(networkLatency); it must be 0 or more.")
    }
  }
}
