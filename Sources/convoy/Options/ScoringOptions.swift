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

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  /// The options as the library takes them.
  var options: InferenceOptions {
    var options = Self.defaults
    options.batchSize = batchSize ?? options.batchSize
    options.onBadImage = onBadImage ?? options.onBadImage
    options.workers = machine.workers
    options.threads = machine.threads
    options.loaderThreads = machine.loaderThreads
    return options
  }
}
