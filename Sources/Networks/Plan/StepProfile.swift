/// A direction through an operation, as profiles tell them apart.
public enum ProfiledPass: String, Codable, Sendable, CaseIterable {
  case forward
  /// The whole way back, where an operation does not tell its parts apart.
  case backward
  /// The gradient with respect to the input.
  case backwardData = "backward-data"
  /// The gradient with respect to weights and bias.
  case backwardWeights = "backward-weights"
}

/// What an operation of a plan is called in a profile.
struct OperationLabel: Sendable {
  /// The layer's path.
  let layer: String
  /// What is done, such as `convolution`.
  var kind: String
  /// The kernels that were chosen for it.
  let kernels: [KernelChoice]
  /// Floating-point operations of one pass over the plan's images; nil where nobody counts them.
  let flops: Int?

  /// What follows a plan's operations.
  static let loss = OperationLabel(layer: "loss", kind: "softmax-cross-entropy", kernels: [], flops: nil)

  /// The kernel of a pass; `convoy` where the operation is Convoy's own code.
  func kernel(_ pass: ProfiledPass) -> String {
    let choice =
      kernels.first { $0.pass == pass.rawValue }
      ?? kernels.first { $0.pass.hasPrefix("backward") == (pass != .forward) } ?? kernels.first
    return choice?.kernel ?? "convoy"
  }
}

/// Where one replica's time goes while it runs one plan: a clock that is read between operations. Room for all
/// of it is made before, so that recording allocates nothing.
///
/// Ownership: written by the replica's worker during a step, read by the caller between steps.
final class StepProfile {
  private struct Slot {
    var nanoseconds: UInt64 = 0
    var count = 0
  }

  private let plan: Plan
  private var slots: [Slot]
  private var lastRead = WorkClock.now
  /// Gets every pass with its times; nil where sums are enough.
  private let recorder: WorkRecorder?
  /// The place of the plan's first operation among the recorder's.
  private let firstOperation: Int
  /// The operation under way, and what it has marked last on its way back.
  private var operation = 0
  private var marked: ProfiledPass?

  init(_ plan: Plan, recorder: WorkRecorder?) {
    self.plan = plan
    self.recorder = recorder
    firstOperation =
      recorder?.register((plan.labels + [.loss]).map { .init(layer: $0.layer, kind: $0.kind) }) ?? 0
    // One operation more than the plan has: the loss.
    slots = Array(repeating: Slot(), count: (plan.operations.count + 1) * ProfiledPass.allCases.count)
  }

  /// Starts the clock.
  func begin() { lastRead = WorkClock.now }

  /// Names the operation that runs from here on.
  func enter(_ operation: Int) {
    self.operation = operation
    marked = nil
  }

  /// Ascribes the time since the clock was read last to a pass of the operation under way.
  func mark(_ pass: ProfiledPass) {
    record(pass)
    marked = pass
  }

  /// Ascribes what is left of the operation's way back to what it marked last.
  func endBackward() { record(marked ?? .backward) }

  private func record(_ pass: ProfiledPass) {
    let now = WorkClock.now
    let index = place(operation, pass)
    slots[index].nanoseconds += now - lastRead
    recorder?.record(operation: firstOperation + operation, pass, from: lastRead, to: now)
    slots[index].count += marked == pass ? 0 : 1
    lastRead = now
  }

  private func place(_ operation: Int, _ pass: ProfiledPass) -> Int {
    let number =
      switch pass {
      case .forward: 0
      case .backward: 1
      case .backwardData: 2
      case .backwardWeights: 3
      }
    return operation * ProfiledPass.allCases.count + number
  }

  /// What was recorded, in the order of the plan.
  var rows: [ProfileRow] {
    (plan.labels + [.loss]).enumerated().flatMap { index, label in
      ProfiledPass.allCases.compactMap { pass in
        let slot = slots[place(index, pass)]
        if slot.count == 0 { return nil }
        // A convolution's whole way back is both of its parts.
        let passes = slot.count * (pass == .backward ? 2 : 1)
        return ProfileRow(
          layer: label.layer, operation: label.kind, pass: pass, kernel: label.kernel(pass),
          seconds: Double(slot.nanoseconds) / 1e9, flops: label.flops.map { Double($0 * passes) })
      }
    }
  }
}

/// A row of a profile: one pass of one operation.
public struct ProfileRow: Codable, Equatable, Sendable {
  /// The layer's path, by torchvision's names.
  public var layer: String
  /// What is done, such as `convolution`.
  public var operation: String
  /// The direction.
  public var pass: ProfiledPass
  /// The kernel that does it; `convoy` for Convoy's own plain loops.
  public var kernel: String
  /// Seconds, added up over shards and workers.
  public var seconds: Double
  /// Floating-point operations in that time, a multiply-add counted as two; nil where they are not counted.
  public var flops: Double?

  /// Creates a row.
  public init(
    layer: String, operation: String, pass: ProfiledPass, kernel: String, seconds: Double, flops: Double?
  ) {
    self.layer = layer
    self.operation = operation
    self.pass = pass
    self.kernel = kernel
    self.seconds = seconds
    self.flops = flops
  }
}
