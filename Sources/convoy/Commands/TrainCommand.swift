import ArgumentParser
import Convoy

/// `convoy train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network on a folder of images.",
    usage: "convoy train [<options>] <data> ...",
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
        convoy train data/flowers more/flowers --label-from leaf --class-map names.csv
      """)

  @Argument(
    help: """
      The folder of images, or a manifest (.csv, .jsonl); several are one data set. Not needed with --resume, or \
      where --config names it.
      """)
  var data: [String] = []

  @Option(
    name: .shortAndLong,
    help: "The run folder (default: runs/DATA-MODEL, with a number added where it exists).")
  var output: String?

  @Option(help: "A run folder to go on with, by its own configuration.")
  var resume: String?

  @OptionGroup
  var base: BaseOptions

  @Flag(
    help: """
      Print every option's value for these images and this machine, where it comes from and why the default is so, \
      and end without training.
      """)
  var explain = false

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
    if data.isEmpty && resume == nil && base.config == nil {
      throw ValidationError("A folder of images is needed, or --resume with the folder of a run.")
    }
  }

  func run() throws {
    let console = Console(speech)
    if explain { return try tellOptions(console) }
    let reporter = TrainReporter(console: console)
    let run = try TrainingRun(
      configuration: try runConfiguration(), stated: Set(try statedOptions().keys), observer: reporter)
    if plotSchedule {
      let curve = try run.scheduleCurve()
      SchedulePlot.lines(curve, width: Terminal.columns).forEach(console.line)
      try console.event("schedule", curve, isResult: true)
      return try console.check()
    }
    let signals = StopSignals(
      for: console, saying: "stopping after this step; once more to quit at once, without a checkpoint"
    ) { run.requestStop() }
    defer { console.clearProgress() }
    let result = try run.run()
    try reporter.check()
    if result.outcome == .stopped, let status = signals.status { throw SilentEnd(status: status) }
  }

  /// What `--explain` says.
  private func tellOptions(_ console: Console) throws {
    let explanation = try RunExplanation(try runConfiguration(), stated: try statedOptions())
    ExplanationText.lines(explanation).forEach(console.result)
    try console.event("configuration", explanation, isResult: true)
    try console.check()
  }

  /// Where the options come from that the file and the command line state, also those that state the default.
  private func statedOptions() throws -> [RunConfiguration.CodingKeys: RunExplanation.Source] {
    let inFile = try base.statedKeys()
    let given = [
      data.first.map { _ in RunConfiguration.CodingKeys.data },
      data.count > 1 ? .moreData : nil, output.map { _ in .output },
    ]
    var stated: [RunConfiguration.CodingKeys: RunExplanation.Source] = [:]
    for key in RunConfiguration.CodingKeys.allCases {
      // Flags have the names of the keys.
      let forms = ["--\(key.rawValue)", "--no-\(key.rawValue)"]
      if given.contains(key)
        || CommandLine.arguments.contains(where: { forms.contains(String($0.prefix { $0 != "=" })) })
      {
        stated[key] = .flag
      } else if let line = inFile[key.rawValue], let path = base.config {
        stated[key] = .file(path, line: line)
      }
    }
    return stated
  }

  /// The file's options, and over them the flags.
  private func runConfiguration() throws -> RunConfiguration {
    var configuration = try base.configuration()
    configuration.data = data.first ?? configuration.data
    configuration.output = output ?? configuration.output
    configuration.resume = resume ?? configuration.resume
    // Folders on the command line are the data, whatever a file says.
    if !data.isEmpty { configuration.dataReading.moreData = Array(data.dropFirst()) }
    training.apply(to: &configuration)
    checkpoints.apply(to: &configuration)
    machine.apply(to: &configuration)
    return configuration
  }
}
