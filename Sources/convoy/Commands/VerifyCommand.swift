import ArgumentParser
import Convoy

/// `convoy verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that the number of workers changes nothing, on this machine and these images.",
    usage: "convoy verify [<options>] <data>",
    discussion: """
      Trains a few steps under each number of workers, each with another number of loader threads, with the \
      training options given, and compares the weights after every step. The last batch is a partial one. Writes \
      nothing. The exit status is 0 where all are equal and 1 where not; then the first step and tensor are named.

      EXAMPLE:
        convoy verify data/fashion-sample --workers 1,2,4 --model resnet18
      """)

  @Argument(help: "The folder of images.")
  var data: String

  @Option(
    help: "Numbers of workers, two or more of them with commas between.",
    transform: { text in
      let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard counts.allSatisfy({ $0 != nil }) else {
        throw ValidationError("'\(text)' is no list of numbers; use one such as 1,2,4.")
      }
      return WorkerCounts(values: counts.compactMap(\.self))
    })
  var workers = WorkerCounts(values: [1, 2, 4])

  @Option(help: "Steps under each, 1 or more.")
  var steps = 6

  @Option(help: "The most cores that the process uses, 1 or more (default: every core it may use).")
  var threads: Int?

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if training.profileLayers {
      throw ValidationError("--profile-layers is for convoy train; verify compares, and times nothing.")
    }
  }

  func run() throws {
    let console = Console(speech)
    var configuration = RunConfiguration(data: data)
    training.apply(to: &configuration)
    configuration.threads = threads
    let verifier = try WorkerVerifier(configuration: configuration, workers: workers.values, steps: steps)
    let verification = try verifier.run { trial in
      console.note(
        "\(Quantity.count(trial.workers, "worker")) done in \(Quantity.duration(seconds: trial.seconds))")
    }
    VerificationText.lines(verification).forEach(console.line)
    console.result(VerificationText.result(verification))
    try console.event("verification", VerificationText.Event(verification), isResult: true)
    try console.check()
    if !verification.isEqual { throw SilentEnd(status: .different) }
  }
}

/// A list of numbers of workers, as `1,2,4`.
struct WorkerCounts: CustomStringConvertible {
  let values: [Int]

  var description: String { values.map(String.init).joined(separator: ",") }
}
