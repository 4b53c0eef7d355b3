import ArgumentParser
import Convoy
import Foundation

/// `convoy profile`.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Measure how training scales over the cores of this machine.",
    usage: "convoy profile [<options>] <data>",
    discussion: """
      Trains on the images with each number of workers in turn, each in a process of its own on as many cores, \
      and with computing and loading alone. Prints images a second, where the time goes, what the memory is, \
      the serial share, a projection to more cores and machines, and what limits this machine. Writes no model.

      EXAMPLE:
        convoy profile data/fashion-sample
        convoy profile data/flowers --model resnet18 --workers 1,2,4,8
        convoy profile data/flowers --svg scaling.svg --trace trace.json
      """)

  @Argument(help: "The folder of images, as for convoy train.")
  var data: String

  @Option(
    help: """
      Numbers of workers, 1 or more each, separated by commas; each gets as many cores (default: 1, 2, 4 and on \
      up to the cores that may be used).
      """,
    transform: Self.counts)
  var workers: [Int]?

  @Option(help: "Rounds of trials, 1 or more: the median and the spread are those of the rounds.")
  var trials = 5

  @Option(help: "How long to measure in all, in seconds, above 0; slow steps take longer.")
  var seconds = 45.0

  @OptionGroup(title: "Files")
  var files: ProfileFiles

  @OptionGroup(title: "Training")
  var training: ProfiledTrainingOptions

  @OptionGroup(title: "Projection")
  var projection: ProjectionOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if trials < 1 { throw ValidationError("--trials is \(trials); it must be at least 1.") }
    if !(seconds > 0 && seconds.isFinite) {
      throw ValidationError("--seconds is \(seconds); it must be above 0.")
    }
  }

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    var configuration = RunConfiguration(data: data)
    training.apply(to: &configuration)
    var profiler = try ScalingProfiler(configuration, workers: workers)
    profiler.trials = trials
    profiler.seconds = seconds
    profiler.network = projection.network
    profiler.tracedSteps = files.trace == nil ? 0 : 8
    try files.check()
    let start = ContinuousClock.now
    let (profile, trace) = try measure(profiler) { doing, done, total in
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      console.progress(
        ProgressLine(
          title: doing, step: done, steps: total, imagesPerSecond: 0,
          secondsLeft: done > 0 ? elapsed / Double(done) * Double(total - done) : nil))
    }
    console.clearProgress()
    try files.write(profile, trace)
    ScalingText.lines(profile).forEach(console.line)
    console.line("")
    console.result(profile.verdict.sentence)
    try console.event("profile", profile, isResult: true)
    try console.check()
  }

  /// Each number of workers in a process of its own. One that fails says why itself.
  private func measure(
    _ profiler: ScalingProfiler, progress: (String, Int, Int) -> Void
  ) throws -> (ScalingProfile, ChromeTrace?) {
    do {
      return try profiler.run(
        source: { try TrialProcess(["/proc/self/exe", "profile-trials"], $0) }, progress: progress)
    } catch TrialError.ended(_, let status, nil) {
      throw SilentEnd(status: ExitStatus(rawValue: status) ?? .bug)
    }
  }

  /// `1,2,4`.
  private static func counts(_ text: String) throws -> [Int] {
    let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    if counts.contains(where: { $0 < 1 }) {
      throw ValidationError("expected numbers from 1, such as 1,2,4; got \(text).")
    }
    return counts
  }
}
