import ArgumentParser
import Networks
import Parallel

/// `convoy-bench memory`.
struct MemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Say what the memory of a training step is for, and how much there was at most.")

  @OptionGroup var options: WorkloadOptions

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func run() throws {
    let before = peakMemory()
    let workload = try options.workload()
    try workload.steps(seconds: 0)
    let report = MemoryReport(
      beforePreparing: before, peak: peakMemory(), compute: workload.replicas.memory,
      batch: workload.batch.images.count * MemoryLayout<Float>.stride)
    if json { try printJSON(report) } else { report.lines.forEach { print($0) } }
  }
}

/// Where memory goes, in bytes.
struct MemoryReport: Encodable {
  /// The most that the process had before anything was prepared, and after three steps.
  let beforePreparing, peak: Int?
  let compute: MemoryUse
  /// The images of the one batch.
  let batch: Int

  var lines: [String] {
    let parts = [
      ("parameters", compute.parameters), ("their copies for kernels", compute.views),
      ("moments", compute.moments), ("gradients of the shards", compute.gradients),
      ("activations of the workers", compute.activations), ("images", batch),
      ("sum", compute.total + batch),
    ].map { ($0.0, mebibytes($0.1)) }
    let measured = [
      ("the process before", beforePreparing.map(mebibytes) ?? "?"),
      ("the process at most", peak.map(mebibytes) ?? "?"),
    ]
    return (parts + measured).map { name, size in
      name + String(repeating: " ", count: 40 - name.count - size.count) + size
    }
  }
}
