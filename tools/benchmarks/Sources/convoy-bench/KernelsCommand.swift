import ArgumentParser
import Networks
import Parallel

/// `convoy-bench kernels`.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Time one operation of one shape, as it runs within a small network's step.",
    discussion: """
      The operation stands behind a 1x1 convolution, which gives it an input in the layout of training and wants \
      its gradient, and in front of a global average pooling. Bytes are those of the tensors that a pass must read and write, each once.

      EXAMPLE:
        convoy-bench kernels --op convolution --input 64x32x32 --filters 64 --kernel 3
        convoy-bench kernels --op depthwise --input 144x16x16 --kernel 3 --stride 2
      """)

  /// What can be timed.
  enum Operation: String, ExpressibleByArgument, CaseIterable {
    case convolution, depthwise
    case batchNorm = "batch-norm"
    case pool
  }

  @Option(help: "The operation; batch-norm has a ReLU on top, pool is 2x2 max-pooling.")
  var op = Operation.convolution

  @Option(help: "Channels, height and width of the operation's input.")
  var input = ImageShape(channels: 64, height: 32, width: 32)

  @Option(help: "Images of one call, 1 or more.")
  var batch = 32

  @Option(help: "Filters of a convolution (default: as many as channels).")
  var filters: Int?

  @Option(help: "Height and width of a convolution's kernel.")
  var kernel = 3

  @Option(help: "Stride of a convolution.")
  var stride = 1

  @Option(help: "Only this pass: \(ProfiledPass.allCases.map(\.rawValue).joined(separator: ", ")).")
  var pass: ProfiledPass?

  @OptionGroup var kernels: KernelOptions

  @Option(help: "How long to measure, in seconds.")
  var seconds = 2.0

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func validate() throws {
    for (name, value) in [("--batch", batch), ("--kernel", kernel), ("--stride", stride)] where value < 1 {
      throw ValidationError("\(name): expected at least 1, got \(value).")
    }
  }

  func run() throws {
    let workload = try Workload(
      network: network(), batchSize: batch, kernels: kernels.resolved, workers: 1, shards: 1)
    try workload.steps(seconds: 0)
    workload.replicas.startProfile()
    try workload.steps(seconds: seconds)
    guard let profile = workload.replicas.takeProfile() else { preconditionFailure("steps were profiled") }
    let peak = try measuredPeak(kernels.resolved.numbers, workers: 1)
    let rows = profile.rows.filter { $0.layer == "op" && (pass == nil || $0.pass == pass) }
    let reports = try rows.map { KernelReport($0, bytes: try bytes(in: $0.pass), peak: peak) }
    if reports.isEmpty {
      throw ValidationError("the operation has no pass of its own called \(pass?.rawValue ?? "").")
    }
    if json { try printJSON(reports) } else { reports.forEach { print($0.line) } }
  }

  private func network() throws -> Network {
    let channels = input.channels
    let network = Network(
      input: .image(channels: 3, height: input.height, width: input.width), name: op.rawValue
    ) {
      Conv2D(channels, kernel: 1)
      switch op {
      case .convolution:
        Conv2D(filters ?? channels, kernel: kernel, stride: stride, padding: .explicit(kernel / 2)).named(
          "op")
      case .depthwise:
        Conv2D(channels, kernel: kernel, stride: stride, padding: .explicit(kernel / 2), groups: channels)
          .named("op")
      case .batchNorm:
        BatchNorm().named("op")
        ReLU()
      case .pool:
        MaxPool(2).named("op")
      }
      GlobalAveragePool()
      Dense(2)
    }
    try network.visit { _ in }
    return network
  }

  /// Bytes of the tensors that a pass must touch.
  private func bytes(in pass: ProfiledPass) throws -> Int {
    let number = kernels.resolved.numbers.byteCount
    var bytes = 0
    try network().visit { layer in
      guard layer.name == "op" else { return }
      let (x, y) = (layer.input.count * batch, layer.output.count * batch)
      let weights = layer.parameters.filter(\.isTrained).reduce(0) { $0 + $1.count }
      let activations = op == .batchNorm && pass != .forward ? 2 * x + y : x + y
      // Gradients of weights are always fp32.
      let weightBytes = pass == .backwardWeights ? 4 : number
      bytes = activations * number + weights * weightBytes
    }
    return bytes
  }
}

extension ProfiledPass: @retroactive ExpressibleByArgument {}

/// What one pass of one operation costs.
struct KernelReport: Encodable {
  let operation, pass, kernel: String
  /// Of one call.
  let seconds: Double
  /// Nil where operations are not counted.
  let flopsPerSecond, shareOfPeak: Double?
  let bytesPerSecond: Double

  init(_ row: ProfileRow, bytes: Int, peak: Double) {
    operation = row.operation
    pass = row.pass.rawValue
    kernel = row.kernel
    seconds = row.seconds
    let rate = row.flops.map { $0 / row.seconds }
    flopsPerSecond = rate
    shareOfPeak = peak > 0 ? rate.map { $0 / peak } : nil
    bytesPerSecond = Double(bytes) / row.seconds
  }

  var line: String {
    let speed = flopsPerSecond.map {
      "  \(text($0 / 1e9, decimals: 0)) GFLOP/s (\(percent(shareOfPeak)) of peak)"
    }
    return "\(operation)  \(pass)  \(kernel)  \(text(seconds * 1e3, decimals: 3)) ms\(speed ?? "")"
      + "  \(text(bytesPerSecond / 1e9, decimals: 1)) GB/s"
  }
}
