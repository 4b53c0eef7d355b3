import ArgumentParser
import Convoy

/// `convoy train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network on a folder of images.",
    usage: "convoy train [<options>] <data>",
    discussion: """
      The folder has a folder of images for each class, or train/ and val/ or test/ with those in them. \
      The run folder gets best.safetensors and last.safetensors (models that evaluate and predict take), \
      checkpoints/, log.csv, steps.csv, files.tsv, run.json and, with --profile-layers, profile.json; with --ema, --swa-from and --snapshots also the models \
      best-ema, last-ema, swa and snapshot-1, snapshot-2, …. The trained weights depend on \
      the data, the options and the seed, and for the same --shards not on --workers, --threads and \
      --loader-threads. A run that was stopped, by Ctrl-C or by anything else, goes on with --resume and ends \
      with the weights that it would have had.

      EXAMPLE:
        convoy train data/fashion-sample --epochs 20 --output runs/sample
        convoy train --resume runs/sample
        convoy train data/flowers --config run.yaml --lr 0.05
      """)

  @Argument(help: "The folder of images; not needed with --resume, or where --config names it.")
  var data: String?

  @Option(
    name: .shortAndLong,
    help: "The run folder (default: runs/DATA-MODEL, with a number added where it exists).")
  var output: String?

  @Option(help: "A run folder to go on with, by its own configuration.")
  var resume: String?

  @Option(help: "A YAML or JSON file with any of these options, such as \"batch-size: 64\"; flags win.")
  var config: String?

  @Flag(help: "Print the learning rate over the run as a plot, and do not train.")
  var plotSchedule = false

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Checkpoints")
  var checkpoints: CheckpointOptions

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if data == nil && resume == nil && config == nil {
      throw ValidationError("A folder of images is needed, or --resume with the folder of a run.")
    }
  }

  func run() throws {
    let console = Console(speech)
    let reporter = TrainReporter(console: console)
    let run = try TrainingRun(
      configuration: try runConfiguration(), stated: try statedOptions(), observer: reporter)
    if plotSchedule {
      let curve = try run.scheduleCurve()
      SchedulePlot.lines(curve, width: Terminal.columns).forEach(console.line)
      try console.event("schedule", curve, isResult: true)
      return try console.check()
    }
    let signals = StopSignals {
      console.note("stopping after this step; once more to quit at once, without a checkpoint")
      run.requestStop()
    }
    console.onFailure { run.requestStop() }
    defer { console.clearProgress() }
    let result = try run.run()
    try reporter.check()
    if result.outcome == .stopped, let status = signals.status { throw SilentEnd(status: status) }
  }

  /// The options that the file and the command line state, also those that state the default.
  private func statedOptions() throws -> Set<RunConfiguration.CodingKeys> {
    let inFile = try config.map(ConfigurationFile.statedKeys(path:)) ?? []
    return Set(
      RunConfiguration.CodingKeys.allCases.filter { key in
        // Flags have the names of the keys.
        let forms = ["--\(key.rawValue)", "--no-\(key.rawValue)"]
        return inFile.contains(key.rawValue)
          || CommandLine.arguments.contains { argument in
            forms.contains(String(argument.prefix { $0 != "=" }))
          }
      })
  }

  /// The file's options, and over them the flags.
  private func runConfiguration() throws -> RunConfiguration {
    var configuration = try config.map(ConfigurationFile.read(path:)) ?? RunConfiguration()
    configuration.data = data ?? configuration.data
    configuration.output = output ?? configuration.output
    configuration.resume = resume ?? configuration.resume
    training.apply(to: &configuration)
    checkpoints.apply(to: &configuration)
    machine.apply(to: &configuration)
    return configuration
  }
}
