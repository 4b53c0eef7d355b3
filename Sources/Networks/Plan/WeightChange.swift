import Kernels
import Randomness

/// What a plan computes with instead of a parameter itself.
enum WeightChange: Equatable {
  /// The weights without those that DropConnect drops in the step.
  case dropping(probability: Double)
  /// The weights times a number.
  case scaled(by: Float)
  /// The weights' squares times a number.
  case squared(by: Float)

  /// Whether another step has other weights even without an update.
  var dependsOnStep: Bool { if case .dropping = self { true } else { false } }
}

/// What keys draws that are the same for all images of a step.
public struct StepDraws: Equatable, Sendable {
  /// The run's seed.
  public var seed: UInt64
  /// Steps done before this one, from 0.
  public var step: Int

  /// Creates a key.
  public init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }
}

/// Fills a copy of a parameter, in the parameter's own layout, with what it is changed to.
struct ChangedWeights {
  private let change: WeightChange
  private let name: String
  private let valueCount: Int
  /// Draws in plain order, and their copy into the parameter's; nil where that is plain.
  private let plain: (mask: Arena, count: Int, reorder: PrimitiveCall)?

  /// Bytes beside the copy.
  var byteCount: Int { plain?.mask.byteCount ?? 0 }

  init(_ entry: ParameterTable.Entry, _ change: WeightChange, engine: Engine) throws {
    self.change = change
    name = entry.specification.name
    valueCount = entry.layout.valueCount
    let layout = try Layout(plain: entry.layout.dimensions)
    if change.dependsOnStep, layout != entry.layout {
      let call = try PrimitiveCall(.reorder(name, from: layout, to: entry.layout, engine: engine))
      let mask = try Arena(byteCount: layout.byteCount)
      call[.source] = mask.base
      plain = (mask, layout.valueCount, call)
    } else {
      plain = nil
    }
  }

  func fill(
    _ copy: UnsafeMutablePointer<Float>, from weights: UnsafePointer<Float>, _ draws: StepDraws
  ) throws(KernelError) {
    switch change {
    case .scaled(let factor):
      for i in 0..<valueCount { copy[i] = factor * weights[i] }
    case .squared(let factor):
      for i in 0..<valueCount { copy[i] = factor * weights[i] * weights[i] }
    case .dropping(let probability):
      // Numbered in plain order, the mask is the same whatever order the kernels want.
      DropConnectMask.draw(
        probability, count: plain?.count ?? valueCount,
        stream: RandomStream(step: draws.step, seed: draws.seed, path: name),
        into: plain?.mask.floats ?? copy)
      if let plain {
        plain.reorder[.destination] = UnsafeMutableRawPointer(copy)
        try plain.reorder.run()
      }
      DropConnectMask.keep(weights, count: valueCount, in: copy)
    }
  }
}
