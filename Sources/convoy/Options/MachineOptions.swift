import ArgumentParser
import Convoy

/// How much of the machine a training run uses. Only `--shards` changes the result.
struct MachineOptions: ParsableArguments {
  @Option(help: "Worker threads, each with a replica, 1 or more (default: one for each of --threads).")
  var workers: Int?

  @Option(help: "The most cores that the process uses, 1 or more (default: every core it may use).")
  var threads: Int?

  @Option(help: "Threads that read and augment images, 1 or more (default: as many as --threads).")
  var loaderThreads: Int?

  @Option(
    help: """
      Parts that a batch is cut into, from the number of workers to the batch size; part of the result \
      (default: one for every 32 images, or the number of workers where that is more).
      """)
  var shards: Int?

  func apply(to configuration: inout RunConfiguration) {
    configuration.workers = workers ?? configuration.workers
    configuration.threads = threads ?? configuration.threads
    configuration.loaderThreads = loaderThreads ?? configuration.loaderThreads
    configuration.shards = shards ?? configuration.shards
  }
}
