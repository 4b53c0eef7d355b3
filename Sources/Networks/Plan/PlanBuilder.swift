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
    /// Nil where no gradient is needed: at the images, and behind layers that are all frozen.
    var gradient: BufferID?
    /// Sums and sums of squares of each channel, where the operation that makes the value leaves them.
    var sums: BufferID?
    /// The operation that makes the value, where it is a batch norm by Convoy's own kernels and the value's gradient
    /// has no other reader.
    var norm: Int?
  }

  /// The buffers that an operation touches on the way forward and on the way back.
  struct Uses {
    var forward: [BufferID]
    var backward: [BufferID]
  }

  /// A fork whose sum of gradients the next operation may take over: it is the last to run on the way back.
  struct OpenFork {
    let operation: PlannedFork
    let uses: Uses
    let layer: String
    let left, right: Value
  }

  let batch: Int
  let training: Bool
  /// The type of activations.
  let numbers: NumberType
  /// Whether Convoy's own kernels run what they can; else oneDNN's run everything.
  let ownKernels: Bool
  /// Whether batch norms are over the whole mini-batch, not the shard.
  let synchronizesNorms: Bool
  let table: ParameterTable
  let engine: Engine
  private(set) var operations: [any PlannedOperation] = []
  /// Which operations have something to do on the way back.
  private(set) var hasBackward: [Bool] = []
  private(set) var labels: [OperationLabel] = []
  private(set) var primitives: [Primitive] = []
  private(set) var kernels: [KernelChoice] = []
  private(set) var views: Set<Int> = []
  /// The paths of layers whose outputs are to be looked at.
  var observed: Set<String> = []
  var observations: [Observation] = []
  /// Where the shards meet: after how many operations, and for which norm.
  private(set) var meetings: [(end: Int, norm: SynchronizedNorm)] = []
  private var values: [ValueState] = []
  private var uses: [Uses] = []
  private var labelledKernelCount = 0
  /// The last fork, while no operation has come after it.
  private var openFork: OpenFork?
  /// Whether the values that the layer at hand makes need gradients.
  private(set) var needsGradient = false
  private var memory = MemoryPlan()
  private var scratchByteCount = 0
  private let inputBuffer: BufferID
  /// One scratchpad for all operations: they run one after another.
  let scratch: BufferID
  private var output: Value?

  init(
    batch: Int, training: Bool, kernels: KernelSet, synchronizesNorms: Bool, table: ParameterTable,
    engine: Engine
  ) {
    self.batch = batch
    self.training = training
    self.synchronizesNorms = training && synchronizesNorms
    numbers = kernels.numbers
    ownKernels = kernels.library == .convoy
    self.table = table
    self.engine = engine
    inputBuffer = memory.add(byteCount: 0)
    scratch = memory.add(byteCount: 0)
  }

  /// Begins a layer, whose values need gradients where one that flows into it does, or where it trains itself.
  func enter(_ layer: String, _ inputs: Value...) { enter(layer, inputs) }

  /// Begins a layer into which several values flow.
  func enter(_ layer: String, _ inputs: [Value]) {
    needsGradient =
      training && (inputs.contains { values[$0.index].gradient != nil } || table.trains(within: layer))
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

  /// A value with a buffer of its own and, where the layer at hand needs it, one for its gradient.
  /// - Parameter hasSums: whether the operation that makes it leaves sums of each channel.
  func newValue(_ shape: ActivationShape, _ layout: Layout, hasSums: Bool = false) -> Value {
    values.append(
      ValueState(
        shape: shape, layout: layout, buffer: memory.add(byteCount: layout.byteCount),
        gradient: needsGradient ? memory.add(byteCount: layout.byteCount) : nil,
        sums: hasSums ? memory.add(byteCount: 2 * shape.channels * MemoryLayout<Float>.stride) : nil))
    return Value(index: values.count - 1)
  }

  /// A value that needs no gradient.
  func newConstant(_ shape: ActivationShape, _ layout: Layout) -> Value {
    values.append(
      ValueState(shape: shape, layout: layout, buffer: memory.add(byteCount: layout.byteCount), gradient: nil)
    )
    return Value(index: values.count - 1)
  }

  /// The same memory as `value`, seen in another shape and layout.
  func reinterpret(_ value: Value, as shape: ActivationShape, _ layout: Layout) -> Value {
    var state = values[value.index]
    state.shape = shape
    state.layout = layout
    state.norm = nil
    values.append(state)
    return Value(index: values.count - 1)
  }

  /// The same memory as `value`, with a gradient of its own.
  func alias(of value: Value) -> Value {
    var state = values[value.index]
    state.norm = nil
    if state.gradient != nil { state.gradient = memory.add(byteCount: state.layout.byteCount) }
    values.append(state)
    return Value(index: values.count - 1)
  }

  /// The value with a buffer for its gradient, where the layer at hand needs any, for operations that can't do
  /// without: oneDNN's batch norm.
  func withGradient(_ value: Value) -> Value {
    if !needsGradient || values[value.index].gradient != nil { return value }
    var state = values[value.index]
    state.gradient = memory.add(byteCount: state.layout.byteCount)
    values.append(state)
    return Value(index: values.count - 1)
  }

  /// Lets the gradients of two values be the same memory, because they are the same numbers.
  func shareGradient(_ value: Value, with other: Value) {
    if let gradient = values[value.index].gradient { shareGradient(gradient, with: other) }
  }

  /// Lets `gradient` be the memory of a value's gradient.
  func shareGradient(_ gradient: BufferID, with other: Value) {
    if let shared = values[other.index].gradient { shareGradient(gradient, with: shared) }
  }

  /// Lets two gradients be the same memory.
  func shareGradient(_ gradient: BufferID, with other: BufferID) { memory.merge(gradient, into: other) }

  /// A buffer for an operation's own use.
  func newBuffer(byteCount: Int) -> BufferID { memory.add(byteCount: byteCount) }

  /// Makes the common scratchpad large enough.
  func needScratch(_ byteCount: Int) { scratchByteCount = max(scratchByteCount, byteCount) }

  /// Records which kernel a pass of a layer runs on.
  func record(layer: String, pass: String, kernel: String) {
    closeFork()
    kernels.append(KernelChoice(layer: layer, pass: pass, kernel: kernel))
  }

  /// Adds a primitive; its scratchpad is part of the common one.
  func add(_ primitive: Primitive) -> Int {
    needScratch(primitive.byteCount(.scratchpad))
    primitives.append(primitive)
    return primitives.count - 1
  }

  /// Adds a primitive and records its kernel.
  func add(_ primitive: Primitive, layer: String, pass: String) -> Int {
    record(layer: layer, pass: pass, kernel: primitive.kernel)
    return add(primitive)
  }

  /// A parameter with other values, for the passes that are given it as their source; nil for the parameter itself.
  func changedWeights(_ parameter: Int, _ change: WeightChange?) throws -> Int? {
    guard let change else { return nil }
    let view = try table.view(of: parameter, changedBy: change, engine: engine)
    views.insert(view)
    return view
  }

  /// A parameter in the layout that a kernel wants.
  /// - Parameter source: a changed view of the parameter to take the place of the parameter.
  func weights(_ parameter: Int, _ layout: Layout, of source: Int? = nil) throws -> WeightSource {
    let view = try table.view(of: parameter, layout, of: source, engine: engine)
    return self.source(of: parameter, view: view ?? source)
  }

  /// A parameter in the form that a pass of Convoy's own kernels wants.
  /// - Parameter source: a changed view of the parameter to take the place of the parameter.
  func packedWeights(
    _ parameter: Int, for pass: PixelMajorConvolution.Pass, of convolution: PixelMajorConvolution,
    of source: Int? = nil
  ) throws -> WeightSource {
    let view = try table.view(of: parameter, packedFor: pass, of: convolution, of: source, engine: engine)
    return self.source(of: parameter, view: view ?? source)
  }

  /// Whether a batch norm normalises with its running statistics and leaves them: in inference, and where it is
  /// frozen.
  func usesRunningStatistics(norm name: String) -> Bool { !training || !followsImages(norm: name) }

  /// Whether a batch norm's running statistics follow the mini-batches in training.
  func followsImages(norm name: String) -> Bool { table.trains(name + ".running_mean") }

  private func source(of parameter: Int, view: Int?) -> WeightSource {
    guard let view else { return .parameter(parameter) }
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
    closeFork()
    labels.append(
      OperationLabel(
        layer: layer, kind: kind, kernels: Array(kernels[labelledKernelCount...]), flops: flops))
    labelledKernelCount = kernels.count
    operations.append(operation)
    hasBackward.append(needsGradient)
    self.uses.append(needsGradient ? uses : Uses(forward: uses.forward, backward: []))
  }

  /// Lets all shards meet after the operations so far.
  func meet(for norm: SynchronizedNorm) { meetings.append((operations.count, norm)) }

  /// Says that the last operation is a batch norm that made `value`.
  func markNorm(_ value: Value) { values[value.index].norm = operations.count - 1 }

  /// Puts an operation in another's place.
  func replaceOperation(_ index: Int, by operation: any PlannedOperation) { operations[index] = operation }

  /// Puts an operation in another's place that does something more.
  /// - Parameter kind: what, for profiles.
  func replaceOperation(_ index: Int, by operation: any PlannedOperation, adding kind: String) {
    replaceOperation(index, by: operation)
    labels[index].kind += " + " + kind
  }

  /// Says that an operation reads more.
  func addUses(forward: [BufferID] = [], backward: [BufferID] = [], of index: Int) {
    uses[index].forward += forward
    uses[index].backward += backward
  }

  /// Makes a fork that any operation but the next may not take over.
  func open(_ fork: OpenFork) {
    closeFork()
    openFork = fork
  }

  /// What the operation that comes right after a fork and reads `value` adds to its gradient, and where the sum
  /// goes, instead of the fork, and the batch norm that made it; nil where `value` is no use of the last fork.
  func takeOverFork(at value: Value) -> (sibling: BufferID, sum: BufferID, norm: Int?)? {
    guard let fork = openFork, [fork.left.index, fork.right.index].contains(value.index),
      let sum = fork.operation.input.gradient,
      let sibling = values[value.index == fork.left.index ? fork.right.index : fork.left.index].gradient
    else { return nil }
    openFork = nil
    return (sibling, sum, fork.operation.input.norm)
  }

  private func closeFork() {
    guard let fork = openFork else { return }
    openFork = nil
    add(fork.operation, fork.uses, layer: fork.layer, kind: "fork")
  }

  /// Ends the plan with the scores, in plain order.
  func finish(_ value: Value) throws -> (scores: BufferID, gradient: BufferID) {
    enter("output", value)
    let flat = try flatten(value, name: "output")
    let output = try reorder(flat, to: Layout(state(flat).layout.dimensions, .nc), name: "output")
    self.output = output
    let state = values[output.index]
    return (state.buffer, state.gradient ?? state.buffer)
  }

  /// Places every buffer, now that all uses are known.
  func placeBuffers() -> (offsets: [Int], byteCount: Int) {
    closeFork()
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
