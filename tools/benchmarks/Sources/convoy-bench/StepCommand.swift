import ArgumentParser
import Networks
import Parallel

/// `convoy-bench step`.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Time whole training steps: forward, loss, backward, reduction, update.")

  @OptionGroup var options: WorkloadOptions

  @Option(help: "How long to measure, in seconds.")
  var seconds = 5.0

  @Flag(help: "Add a table of every layer and pass.")
  var profileLayers = false

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func run() throws {
    let workload = try options.workload()
    let preparing = try workload.steps(seconds: 0)
    let times = try workload.steps(seconds: seconds)
    // Profiled apart, so that the clock's own cost is not in the figures above.
    workload.replicas.startProfile()
    try workload.steps(seconds: seconds / 4)
    guard let profile = workload.replicas.takeProfile() else { preconditionFailure("steps were profiled") }
    let peak = try measuredPeak(options.kernels.resolved.numbers, workers: workload.replicas.workers)
    let report = try StepReport(
      options, workload, firstStep: preparing[0], times: times, peak: peak, profile: profile)
    if json { try printJSON(report) } else { report.lines(allLayers: profileLayers).forEach { print($0) } }
  }
}

/// What a step costs.
struct StepReport: Encodable {
  let model, input: String
  let kernels: KernelSet
  let batch, workers, shards: Int
  /// Trained values.
  let parameterCount: Int
  /// Images a second by the median and by the best step.
  let imagesPerSecond, bestImagesPerSecond: Double
  /// Seconds of the first step, and of the median one.
  let firstStepSeconds, stepSeconds: Double
  let steps: Int
  /// Three times the forward pass's operations, a second; and the share of what the cores were measured to reach.
  let flopsPerSecond: Double
  let peakFLOPsPerSecond: Double
  let shareOfPeak: Double?
  /// Bytes that the process has had at most, and those that the compute side holds.
  let peakMemory: Int?
  let memory: MemoryUse
  let profile: LayerProfile

  init(
    _ options: WorkloadOptions, _ workload: Workload, firstStep: Double, times: [Double], peak: Double,
    profile: LayerProfile
  ) throws {
    let summary = try workload.network.summary()
    model = options.model
    parameterCount = summary.parameterCount
    input = options.input.description
    kernels = options.kernels.resolved
    batch = options.batch
    workers = workload.replicas.workers
    shards = workload.replicas.shards
    stepSeconds = median(times)
    firstStepSeconds = firstStep
    steps = times.count
    imagesPerSecond = Double(options.batch) / stepSeconds
    bestImagesPerSecond = Double(options.batch) / (times.min() ?? .infinity)
    flopsPerSecond = 3 * Double(summary.forwardFLOPs) * imagesPerSecond
    peakFLOPsPerSecond = peak
    shareOfPeak = peak > 0 ? flopsPerSecond / peak : nil
    peakMemory = convoy_bench.peakMemory()
    memory = workload.replicas.memory
    self.profile = profile
  }

  func lines(allLayers: Bool) -> [String] {
    let gigaflops = text(flopsPerSecond / 1e9, decimals: 0)
    let peak = text(peakFLOPsPerSecond / 1e9, decimals: 0)
    return [
      "\(model) \(input), batch \(batch), \(kernels.numbers.rawValue), \(workers) workers, "
        + "\(shards) shards, kernels of \(kernels.library.rawValue)",
      "\(text(imagesPerSecond, decimals: 1)) images/s median, \(text(bestImagesPerSecond, decimals: 1)) best, "
        + "of \(steps) steps",
      "\(text(stepSeconds * 1e3, decimals: 2)) ms a step (the first: \(text(firstStepSeconds * 1e3, decimals: 0)))",
      "\(gigaflops) GFLOP/s, \(percent(shareOfPeak)) of the \(peak) measured in multiply-adds alone",
      "memory \(self.peakMemory.map(mebibytes) ?? "?") at most, \(mebibytes(memory.total)) of it for computing",
      "",
    ] + profile.phaseLines + [""] + profile.table(profile.kernels)
      + (allLayers ? [""] + profile.table(profile.rows) : [])
  }
}
