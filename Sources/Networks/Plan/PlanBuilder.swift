import Kernels

/// What flows between two layers while a plan is made.
public struct Value: Sendable {
  let index: Int
}

/// Collects the operations of a plan as layers are lowered one after another.
///
/// The gradient of a value has the value's layout. A value has one consumer: ``fork(_:name:)`` makes two. Every
/// buffer is written once, so that memory can be shared freely.
public final class PlanBuilder {
  struct ValueState {
    var shape: ActivationShape
    var layout: Layout
    var buffer: BufferID
    /// Nil where no gradient is needed: at the images.
    var gradient: BufferID?
  }

  /// The buffers that an operation touches on the way forward and on the way back.
  struct Uses {
    var forward: [BufferID]
    var backward: [BufferID]
  }

  let batch: Int
  let training: Bool
  let table: ParameterTable
  let engine: Engine
  private(set) var operations: [any PlannedOperation] = []
  private(set) var labels: [OperationLabel] = []
  private(set) var primitives: [Primitive] = []
  private(set) var kernels: [KernelChoice] = []
  private(set) var views: Set<Int> = []
  private var values: [ValueState] = []
  private var uses: [Uses] = []
  private var labelledKernelCount = 0
  private var memory = MemoryPlan()
  private var scratchByteCount = 0
  private let inputBuffer: BufferID
  /// One scratchpad for all operations: they run one after another.
  let scratch: BufferID
  private var output: Value?

  init(batch: Int, training: Bool, table: ParameterTable, engine: Engine) {
    self.batch = batch
    self.training = training
    self.table = table
    self.engine = engine
    inputBuffer = memory.add(byteCount: 0)
    scratch = memory.add(byteCount: 0)
  }

  /// The shape of a value, for one image.
  public func shape(of value: Value) -> ActivationShape { values[value.index].shape }

  func state(_ value: Value) -> ValueState { values[value.index] }

  /// The images.
  func input(_ shape: ActivationShape) throws -> Value {
    values.append(
      ValueState(
        shape: shape, layout: try Layout(shape.dimensions(batch: batch), .nchw), buffer: inputBuffer,
        gradient: nil))
    return Value(index: values.count - 1)
  }

  /// A value with a buffer of its own and, in training, one for its gradient.
  func newValue(_ shape: ActivationShape, _ layout: Layout) -> Value {
    values.append(
      ValueState(
        shape: shape, layout: layout, buffer: memory.add(byteCount: layout.byteCount),
        gradient: training ? memory.add(byteCount: layout.byteCount) : nil))
    return Value(index: values.count - 1)
  }

  /// The same memory as `value`, seen in another shape and layout.
  func reinterpret(_ value: Value, as shape: ActivationShape, _ layout: Layout) -> Value {
    var state = values[value.index]
    state.shape = shape
    state.layout = layout
    values.append(state)
    return Value(index: values.count - 1)
  }

  /// The same memory as `value`, with a gradient of its own.
  func alias(of value: Value) -> Value {
    var state = values[value.index]
    if state.gradient != nil { state.gradient = memory.add(byteCount: state.layout.byteCount) }
    values.append(state)
    return Value(index: values.count - 1)
  }

  /// The value with a buffer for its gradient, for operations that can't do without: batch norm.
  func withGradient(_ value: Value) -> Value {
    if !training || values[value.index].gradient != nil { return value }
    var state = values[value.index]
    state.gradient = memory.add(byteCount: state.layout.byteCount)
    values.append(state)
    return Value(index: values.count - 1)
  }

  /// Lets the gradients of two values be the same memory, because they are the same numbers.
  func shareGradient(_ value: Value, with other: Value) {
    if let a = values[value.index].gradient, let b = values[other.index].gradient {
      memory.merge(a, into: b)
    }
  }

  /// A buffer for an operation's own use.
  func newBuffer(byteCount: Int) -> BufferID { memory.add(byteCount: byteCount) }

  /// Adds a primitive; its scratchpad is part of the common one.
  func add(_ primitive: Primitive) -> Int {
    scratchByteCount = max(scratchByteCount, primitive.byteCount(.scratchpad))
    primitives.append(primitive)
    return primitives.count - 1
  }

  /// Adds a primitive and records its kernel.
  func add(_ primitive: Primitive, layer: String, pass: String) -> Int {
    kernels.append(KernelChoice(layer: layer, pass: pass, kernel: primitive.kernel))
    return add(primitive)
  }

  /// A parameter in the layout that a kernel wants.
  func weights(_ parameter: Int, _ layout: Layout) throws -> WeightSource {
    guard let view = try table.view(of: parameter, layout, engine: engine) else {
      return .parameter(parameter)
    }
    views.insert(view)
    return .view(view)
  }

  /// Adds an operation after all others. The kernels recorded since the one before are taken to be its own.
  /// - Parameters:
  ///   - layer: the layer's path.
  ///   - kind: what is done, for profiles.
  ///   - flops: floating-point operations of one pass over the plan's images, where they are counted.
  func add(
    _ operation: any PlannedOperation, _ uses: Uses, layer: String, kind: String, flops: Int? = nil
  ) {
    labels.append(
      OperationLabel(
        layer: layer, kind: kind, kernels: Array(kernels[labelledKernelCount...]), flops: flops))
    labelledKernelCount = kernels.count
    operations.append(operation)
    self.uses.append(uses)
  }

  /// Ends the plan with the scores, in plain order.
  func finish(_ value: Value) throws -> (scores: BufferID, gradient: BufferID) {
    let output = try flatten(value, name: "output")
    self.output = output
    let state = values[output.index]
    return (state.buffer, state.gradient ?? state.buffer)
  }

  /// Places every buffer, now that all uses are known.
  func placeBuffers() -> (offsets: [Int], byteCount: Int) {
    let loss = operations.count
    for (index, use) in uses.enumerated() {
      for buffer in use.forward { memory.use(buffer, at: index) }
      for buffer in use.backward where training { memory.use(buffer, at: 2 * loss - index) }
    }
    if let output {
      memory.use(values[output.index].buffer, at: loss)
      if let gradient = values[output.index].gradient { memory.use(gradient, at: loss) }
    }
    let pad = memory.add(byteCount: scratchByteCount)
    memory.merge(scratch, into: pad)
    memory.use(pad, at: 0)
    memory.use(pad, at: 2 * loss)
    return memory.place()
  }
}

/// Where an operation reads its weights.
enum WeightSource: Sendable {
  /// In the arena, in the parameter's own layout.
  case parameter(Int)
  /// In a view with another layout.
  case view(Int)
}
