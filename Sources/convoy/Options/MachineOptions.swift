import ArgumentParser
import Convoy

/// How much of the machine a command uses. None of it changes a result.
struct MachineOptions: ParsableArguments {
  @Option(
    help: """
      Worker threads, each with a replica, 1 or more; those beyond the shards of a batch idle (default: one for \
      each physical core within --threads, at most one for each shard).
      """)
  var workers: Int?

  @Option(help: "The most cores that the process uses, 1 or more (default: every core it may use).")
  var threads: Int?

  @Option(
    help: """
      The most threads that read images, 1 or more; fewer work where they keep up (default: as many as \
      --threads).
      """)
  var loaderThreads: Int?

  @Option(
    help: """
      Seconds without any progress after which the run ends with the name of what hangs, 0 for never \
      (default: \(RunConfiguration().stallSeconds)).
      """)
  var stallSeconds: Int?

  func apply(to configuration: inout RunConfiguration) {
    configuration.workers = workers ?? configuration.workers
    configuration.threads = threads ?? configuration.threads
    configuration.loaderThreads = loaderThreads ?? configuration.loaderThreads
    configuration.stallSeconds = stallSeconds ?? configuration.stallSeconds
  }
}
