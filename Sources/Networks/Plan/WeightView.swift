import Kernels

/// A copy of a parameter in the form that a kernel wants, made again once after every update and shared by
/// all replicas.
///
/// Ownership: one worker refreshes it between two phases of a step; then all only read it.
public final class WeightView: @unchecked Sendable {
  /// How a view differs from its parameter.
  enum Form {
    /// Another layout or number type, by oneDNN.
    case layout(Layout)
    /// Packed for one pass of Convoy's own kernels.
    case packed(PixelMajorConvolution, PixelMajorConvolution.Pass)
    /// Other values in the parameter's own layout.
    case changed(WeightChange)
  }

  /// The parameter's index in its table.
  public let parameter: Int
  /// The view whose values this one has in another form; nil where they are the parameter's.
  public let source: WeightView?
  let form: Form
  let memory: Arena
  private let offset: Int
  private let copy: (_ weights: UnsafeMutablePointer<Float>, _ draws: StepDraws) throws(KernelError) -> Void
  /// The update after which it was refreshed last; -1 before the first time.
  private var version = -1
  /// What it was drawn with then.
  private var draws: StepDraws?

  /// Bytes of the copy and of what making it needs.
  public let byteCount: Int

  /// - Parameter source: a changed view of the parameter to take the place of the parameter.
  init(
    _ entry: ParameterTable.Entry, parameter: Int, form: Form, of source: WeightView?, engine: Engine
  ) throws {
    self.parameter = parameter
    self.form = form
    self.source = source
    offset = entry.offset
    switch form {
    case .layout(let layout):
      let memory = try Arena(byteCount: layout.byteCount)
      let call = try PrimitiveCall(
        .reorder(entry.specification.name, from: entry.layout, to: layout, engine: engine))
      call[.destination] = memory.base
      copy = { weights, _ throws(KernelError) in
        call[.source] = UnsafeMutableRawPointer(weights)
        try call.run()
      }
      self.memory = memory
      byteCount = memory.byteCount
    case .packed(let convolution, let pass):
      let memory = try Arena(byteCount: convolution.packedByteCount(pass))
      copy = { weights, _ in convolution.pack(weights, for: pass, into: memory.base) }
      self.memory = memory
      byteCount = memory.byteCount
    case .changed(let change):
      let memory = try Arena(byteCount: entry.layout.byteCount)
      let changed = try ChangedWeights(entry, change, engine: engine)
      copy = { weights, draws throws(KernelError) in
        try changed.fill(memory.floats, from: weights, draws)
      }
      self.memory = memory
      byteCount = memory.byteCount + changed.byteCount
    }
  }

  /// Whether another step has other values even without an update.
  public var dependsOnStep: Bool {
    if case .changed(let change) = form { change.dependsOnStep } else { source?.dependsOnStep ?? false }
  }

  /// Whether it has the weights as they are.
  /// - Parameter version: counts the updates of the weights.
  public func isCurrent(version: Int, _ draws: StepDraws) -> Bool {
    self.version == version && (!dependsOnStep || self.draws == draws)
  }

  /// Copies the weights unless it has them already. Its ``source`` must have them.
  /// - Parameter version: counts the updates of `weights`.
  public func refresh(
    from weights: UnsafeMutablePointer<Float>, version: Int, _ draws: StepDraws
  ) throws(KernelError) {
    if isCurrent(version: version, draws) { return }
    try copy(source?.memory.floats ?? weights + offset, draws)
    self.version = version
    self.draws = draws
  }
}

extension ParameterTable {
  /// A parameter with other values, in its own layout.
  func view(of parameter: Int, changedBy change: WeightChange, engine: Engine) throws -> Int {
    try view(of: parameter, as: .changed(change), of: nil, engine: engine) { known in
      if case .changed(change) = known { true } else { false }
    }
  }

  /// A parameter in the layout that a kernel wants: nil where it is the parameter's own.
  /// - Parameter source: a changed view of the parameter to take the place of the parameter.
  func view(of parameter: Int, _ layout: Layout, of source: Int? = nil, engine: Engine) throws -> Int? {
    if parameters[parameter].layout == layout { return nil }
    return try view(of: parameter, as: .layout(layout), of: source, engine: engine) { known in
      if case .layout(layout) = known { true } else { false }
    }
  }

  /// A parameter packed for a pass: nil where the pass reads the parameter itself.
  /// - Parameter source: a changed view of the parameter to take the place of the parameter.
  func view(
    of parameter: Int, packedFor pass: PixelMajorConvolution.Pass, of convolution: PixelMajorConvolution,
    of source: Int? = nil, engine: Engine
  ) throws -> Int? {
    if convolution.packedByteCount(pass) == 0 { return nil }
    return try view(of: parameter, as: .packed(convolution, pass), of: source, engine: engine) { known in
      if case .packed(_, pass) = known { true } else { false }
    }
  }

  private func view(
    of parameter: Int, as form: WeightView.Form, of source: Int?, engine: Engine,
    isKnown: (WeightView.Form) -> Bool
  ) throws -> Int {
    let source = source.map { views[$0] }
    let known = views.firstIndex {
      $0.parameter == parameter && $0.source === source && isKnown($0.form)
    }
    if let known { return known }
    return add(
      try WeightView(
        parameters[parameter], parameter: parameter, form: form, of: source, engine: engine))
  }
}
