import Parallel

/// What bounds the gradient of each step: one of them at most.
public struct ClippingChoice: Equatable, Sendable {
  /// The largest norm of the whole gradient; nil is any.
  public var norm: Double?
  /// The largest value of the gradient, either way; nil is any.
  public var value: Double?
  /// The largest norm of an output unit's gradient, as a share of that of its weights; nil is any. The last layer is
  /// left out.
  public var adaptive: Double?

  /// Nothing is bounded.
  public init() {}

  /// For a step.
  var clipping: GradientClipping {
    if let norm { return .norm(Float(norm)) }
    if let value { return .value(Float(value)) }
    if let adaptive { return .adaptive(Float(adaptive)) }
    return .none
  }

  /// Checks that at most one is stated, and that it can be used.
  func check() throws(TrainingError) {
    let stated = [("clip-norm", norm), ("clip-value", value), ("clip-adaptive", adaptive)]
      .compactMap { name, limit in limit.map { (name, $0) } }
    for (name, limit) in stated where !(limit > 0 && limit.isFinite) {
      throw .invalidOption(name: name, value: "\(limit)", reason: "must be a number above 0")
    }
    if stated.count > 1 {
      throw .invalidOption(
        name: stated[1].0, value: "\(stated[1].1)", reason: "excludes \(stated[0].0); use one of them")
    }
  }
}
