import ArgumentParser
import Foundation
import Kernels
import Parallel

/// `convoy-bench reduce`.
struct ReduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reduce",
    abstract: "Time the all-reduce with the update alone, against a plain copy.",
    discussion: """
      Simulated workers are gradients to sum; the threads are those of the machine. Bytes are what must move: every \
      gradient is read, the sum is written, weights and momenta are read and written. The copy has as much memory to \
      go through, and counts what it reads and what it writes.
      """)

  @Option(help: "Sizes of the gradient, with KB or MB (of 1000), separated by commas.")
  var sizes = ByteSizes([1_000, 16_000, 256_000, 4_000_000, 64_000_000, 400_000_000])

  @Option(help: "Simulated workers, each 1 or more, separated by commas.")
  var workers = Counts([1, 2, 4, 8, 16, 32, 64])

  @Option(help: "Threads, 1 or more (default: one for each core).")
  var threads: Int?

  @Option(help: "How long to measure each, in seconds.")
  var seconds = 0.2

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads: expected at least 1, got \(threads).") }
  }

  func run() throws {
    let cores = ProcessorSupply.current.physicalCores
    let threads = min(threads ?? cores, cores)
    let most = Int(ProcessInfo.processInfo.physicalMemory / 2)
    var report = ReduceReport(threads: threads)
    for size in sizes.values {
      for workers in workers.values {
        let needed = (workers + 2) * size
        if needed > most {
          report.skipped.append(.init(bytes: size, workers: workers, needed: needed, most: most))
        } else {
          report.rows.append(try measure(bytes: size, workers: workers, threads: threads))
        }
      }
    }
    if json { try printJSON(report) } else { report.lines.forEach { print($0) } }
  }

  /// The reduction first and the copy when its memory is free again.
  private func measure(bytes: Int, workers: Int, threads: Int) throws -> ReduceReport.Row {
    let (reduction, moved) = try reduction(bytes: bytes, workers: workers, threads: threads)
    let copied = (workers + 2) * bytes
    let copy = try copy(bytes: max(copied / 2, 64), threads: threads)
    return ReduceReport.Row(
      bytes: bytes, workers: workers, seconds: reduction, bytesPerSecond: Double(moved) / reduction,
      copyBytesPerSecond: Double(copied) / copy)
  }

  private func reduction(bytes: Int, workers: Int, threads: Int) throws -> (seconds: Double, moved: Int) {
    let trial = try ReductionTrial(
      count: bytes / MemoryLayout<Float>.stride, shards: workers, workers: threads,
      momentCount: Momentum().momentCount)
    let time = try median(during: seconds) {
      try trial.step(optimizer: Momentum(), learningRate: 1e-6)
    }
    return (time, (workers + 1 + 4) * trial.count * MemoryLayout<Float>.stride)
  }

  /// Seconds of a copy of `bytes` by all threads together.
  private func copy(bytes: Int, threads: Int) throws -> Double {
    let (from, to) = (try Arena(byteCount: bytes), try Arena(byteCount: bytes))
    memset(from.base, 1, bytes)
    memset(to.base, 2, bytes)
    let group = WorkerGroup(count: threads)
    let part = { (worker: Int) in
      let start = bytes * worker / threads
      memcpy(to.base + start, from.base + start, bytes * (worker + 1) / threads - start)
    }
    return try median(during: seconds) { try group.run(.measuring) { part($0) } }
  }

  /// The median time of a body that is run for some seconds, at least five times, after two times more.
  private func median(during seconds: Double, _ body: () throws -> Void) throws -> Double {
    for _ in 0..<2 { try body() }
    var times: [Double] = []
    let start = ContinuousClock.now
    while times.count < 5 || (ContinuousClock.now - start) / .seconds(1) < seconds {
      let begin = ContinuousClock.now
      try body()
      times.append((ContinuousClock.now - begin) / .seconds(1))
    }
    return convoy_bench.median(times)
  }
}

/// What reductions cost.
struct ReduceReport: Encodable {
  /// A gradient of `bytes` for each of `workers`.
  struct Row: Encodable {
    let bytes, workers: Int
    /// The median.
    let seconds: Double
    let bytesPerSecond, copyBytesPerSecond: Double
  }

  /// What needs more than half of the machine's memory.
  struct Skipped: Encodable {
    let bytes, workers, needed, most: Int
  }

  let threads: Int
  var rows: [Row] = []
  var skipped: [Skipped] = []

  var lines: [String] {
    let header = ["gradient", "workers", "us", "GB/s", "copy GB/s", "of the copy"]
    let body = rows.map { row in
      [
        ByteSizes.text(row.bytes), "\(row.workers)", text(row.seconds * 1e6, decimals: 1),
        text(row.bytesPerSecond / 1e9, decimals: 2), text(row.copyBytesPerSecond / 1e9, decimals: 2),
        percent(row.bytesPerSecond / row.copyBytesPerSecond),
      ]
    }
    let widths = header.indices.map { column in ([header] + body).map { $0[column].count }.max() ?? 0 }
    let table = ([header] + body).map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
    }
    let left = skipped.map {
      "\(ByteSizes.text($0.bytes)) for \($0.workers) workers left out: it needs \(mebibytes($0.needed)), more than "
        + "half of the memory (\(mebibytes($0.most)))"
    }
    return ["\(threads) threads"] + table + left
  }
}

/// Numbers of bytes, as in `1KB,4MB`.
struct ByteSizes: ExpressibleByArgument, CustomStringConvertible {
  let values: [Int]

  init(_ values: [Int]) { self.values = values }

  init?(argument: String) {
    let values = argument.split(separator: ",").map { text -> Int in
      let units = [("KB", 1_000), ("MB", 1_000_000)]
      let unit = units.first { text.uppercased().hasSuffix($0.0) }
      let digits = unit == nil ? text : text.dropLast(2)
      return (Int(digits) ?? 0) * (unit?.1 ?? 1)
    }
    guard !values.isEmpty, values.allSatisfy({ $0 > 0 }) else { return nil }
    self.values = values
  }

  /// `16 KB`.
  static func text(_ bytes: Int) -> String {
    bytes >= 1_000_000
      ? "\(bytes / 1_000_000) MB" : bytes >= 1_000 ? "\(bytes / 1_000) KB" : "\(bytes) B"
  }

  var description: String {
    values.map { Self.text($0).replacing(" ", with: "") }.joined(separator: ",")
  }
}

/// Numbers of 1 or more, as in `1,2,4`.
struct Counts: ExpressibleByArgument, CustomStringConvertible {
  let values: [Int]

  init(_ values: [Int]) { self.values = values }

  init?(argument: String) {
    let values = argument.split(separator: ",").map { Int($0) ?? 0 }
    guard !values.isEmpty, values.allSatisfy({ $0 > 0 }) else { return nil }
    self.values = values
  }

  var description: String { values.map { "\($0)" }.joined(separator: ",") }
}
