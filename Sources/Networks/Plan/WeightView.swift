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
  }

  /// The parameter's index in its table.
  public let parameter: Int
  let form: Form
  let memory: Arena
  private let offset: Int
  private let copy: (_ weights: UnsafeMutablePointer<Float>) throws(KernelError) -> Void
  /// The update after which it was refreshed last; -1 before the first time.
  public private(set) var version = -1

  /// Bytes of the copy.
  public var byteCount: Int { memory.byteCount }

  init(_ entry: ParameterTable.Entry, parameter: Int, form: Form, engine: Engine) throws {
    self.parameter = parameter
    self.form = form
    offset = entry.offset
    switch form {
    case .layout(let layout):
      let memory = try Arena(byteCount: layout.byteCount)
      let call = try PrimitiveCall(
        .reorder(entry.specification.name, from: entry.layout, to: layout, engine: engine))
      call[.destination] = memory.base
      copy = { weights throws(KernelError) in
        call[.source] = UnsafeMutableRawPointer(weights)
        try call.run()
      }
      self.memory = memory
    case .packed(let convolution, let pass):
      let memory = try Arena(byteCount: convolution.packedByteCount(pass))
      copy = { weights in convolution.pack(weights, for: pass, into: memory.base) }
      self.memory = memory
    }
  }

  /// Copies the weights unless it has them already.
  /// - Parameter version: counts the updates of `weights`.
  public func refresh(from weights: UnsafeMutablePointer<Float>, version: Int) throws(KernelError) {
    if self.version == version { return }
    try copy(weights + offset)
    self.version = version
  }
}

extension ParameterTable {
  /// A parameter in the layout that a kernel wants: nil where it is the parameter's own.
  func view(of parameter: Int, _ layout: Layout, engine: Engine) throws -> Int? {
    if parameters[parameter].layout == layout { return nil }
    return try view(of: parameter, as: .layout(layout), engine: engine) { known in
      if case .layout(layout) = known { true } else { false }
    }
  }

  /// A parameter packed for a pass: nil where the pass reads the parameter itself.
  func view(
    of parameter: Int, packedFor pass: PixelMajorConvolution.Pass, of convolution: PixelMajorConvolution,
    engine: Engine
  ) throws -> Int? {
    if convolution.packedByteCount(pass) == 0 { return nil }
    return try view(of: parameter, as: .packed(convolution, pass), engine: engine) { known in
      if case .packed(_, pass) = known { true } else { false }
    }
  }

  private func view(
    of parameter: Int, as form: WeightView.Form, engine: Engine, isKnown: (WeightView.Form) -> Bool
  ) throws -> Int {
    if let known = views.firstIndex(where: { $0.parameter == parameter && isKnown($0.form) }) { return known }
    return add(try WeightView(parameters[parameter], parameter: parameter, form: form, engine: engine))
  }
}
