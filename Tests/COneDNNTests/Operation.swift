import COneDNN

/// A status of the C interface that is not success.
struct Failure: Error, CustomStringConvertible {
  let status: Int32
  var description: String { String(cString: cdnn_status_text(status)) }

  static func check(_ status: Int32) throws(Failure) {
    if status != 0 { throw Failure(status: status) }
  }
}

/// Owned bytes, 64-byte aligned, full of 0xff (NaN) at first.
final class Buffer {
  let address: UnsafeMutableRawPointer
  let size: Int

  init(bytes: Int) {
    size = max(bytes, 1)
    address = .allocate(byteCount: size, alignment: 64)
    address.initializeMemory(as: UInt8.self, repeating: 0xff, count: size)
  }

  convenience init(_ values: [Float]) {
    self.init(bytes: values.count * 4)
    values.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: address, count: size).copyMemory(from: $0) }
  }

  deinit { address.deallocate() }

  /// A copy of what is stored.
  var bytes: [UInt8] {
    withExtendedLifetime(self) { Array(UnsafeRawBufferPointer(start: address, count: size)) }
  }

  /// A copy of what is stored, read as fp32.
  var floats: [Float] {
    withExtendedLifetime(self) {
      Array(UnsafeRawBufferPointer(start: address, count: size / 4 * 4).bindMemory(to: Float.self))
    }
  }
}

/// An engine, and the operations and layouts that a test makes with it. All of them live until `close()`.
final class Engine {
  let pointer: OpaquePointer
  private var operations: [OpaquePointer] = []
  private var layouts: [OpaquePointer] = []

  init() throws(Failure) {
    try Failure.check(cdnn_use_one_thread())
    var made: OpaquePointer?
    let status = cdnn_engine_create(&made)
    guard let made else { throw Failure(status: status) }
    pointer = made
  }

  func close() {
    for operation in operations { cdnn_op_destroy(operation) }
    for layout in layouts { cdnn_layout_destroy(layout) }
    cdnn_engine_destroy(pointer)
  }

  /// An operation made by one of the `cdnn_…` constructors.
  func make(_ create: (UnsafeMutablePointer<OpaquePointer?>) -> Int32) throws(Failure) -> Operation {
    try Failure.check(cdnn_use_one_thread())
    var made: OpaquePointer?
    let status = create(&made)
    guard let made else { throw Failure(status: status) }
    operations.append(made)
    return Operation(engine: self, pointer: made)
  }

  func layout(
    _ dims: [Int64], _ order: cdnn_order, type: cdnn_type = CDNN_F32
  ) throws(Failure) -> OpaquePointer {
    var made: OpaquePointer?
    let status = cdnn_layout_create(&made, Int32(dims.count), dims, type, order)
    guard let made else { throw Failure(status: status) }
    layouts.append(made)
    return made
  }

  /// fp32 in the public order, with the size of another layout.
  func plain(like layout: OpaquePointer) throws(Failure) -> OpaquePointer {
    var dims = [Int64](repeating: 0, count: Int(cdnn_layout_rank(layout)))
    cdnn_layout_dims(layout, &dims)
    let orders = [1: CDNN_X, 2: CDNN_NC, 4: CDNN_NCHW, 5: CDNN_GOIHW]
    return try self.layout(dims, orders[dims.count] ?? CDNN_OPAQUE)
  }

  /// Copies `source` to another layout.
  func reorder(_ source: Buffer, from: OpaquePointer, to: OpaquePointer) throws -> Buffer {
    let operation = try make { cdnn_reorder($0, pointer, from, to) }
    let result = Buffer(bytes: cdnn_layout_bytes(to))
    try operation.run([CDNN_SRC: source, CDNN_DST: result])
    return result
  }
}

/// One operation, with helpers that give it fp32 arrays in the public order (NCHW, OIHW, [N, C]).
struct Operation {
  let engine: Engine
  let pointer: OpaquePointer

  var kernel: String { String(cString: cdnn_op_kernel(pointer)) }

  func layout(_ tensor: cdnn_tensor) -> OpaquePointer? { cdnn_op_layout(pointer, tensor) }

  /// A buffer for the workspace, where there is one.
  func makeWorkspace() -> Buffer? {
    layout(CDNN_WORKSPACE).map { Buffer(bytes: cdnn_layout_bytes($0)) }
  }

  /// Runs on buffers that already have the operation's layouts; adds a scratchpad.
  func run(_ buffers: [cdnn_tensor: Buffer]) throws {
    var buffers = buffers
    if let scratchpad = layout(CDNN_SCRATCHPAD) {
      buffers[CDNN_SCRATCHPAD] = Buffer(bytes: cdnn_layout_bytes(scratchpad))
    }
    var call: OpaquePointer?
    try Failure.check(cdnn_call_create(&call, engine.pointer, pointer))
    defer { cdnn_call_destroy(call) }
    var addresses = [UnsafeMutableRawPointer?](repeating: nil, count: Int(CDNN_TENSOR_COUNT.rawValue))
    for (tensor, buffer) in buffers { addresses[Int(tensor.rawValue)] = buffer.address }
    try Failure.check(cdnn_call_run(call, addresses))
    withExtendedLifetime(buffers) {}
  }

  /// Runs on plain arrays and returns every tensor that is not among the inputs.
  func run(_ inputs: [cdnn_tensor: [Float]], workspace: Buffer? = nil) throws -> [cdnn_tensor: [Float]] {
    var buffers: [cdnn_tensor: Buffer] = [:]
    var outputs: [cdnn_tensor] = []
    for number in 0..<CDNN_WORKSPACE.rawValue {
      let tensor = cdnn_tensor(number)
      guard let layout = layout(tensor) else { continue }
      if let values = inputs[tensor] {
        buffers[tensor] = try encode(values, as: layout)
      } else {
        buffers[tensor] = Buffer(bytes: cdnn_layout_bytes(layout))
        outputs.append(tensor)
      }
    }
    buffers[CDNN_WORKSPACE] = workspace
    try run(buffers)
    var results: [cdnn_tensor: [Float]] = [:]
    for tensor in outputs {
      guard let layout = layout(tensor), let buffer = buffers[tensor] else { continue }
      results[tensor] = try decode(buffer, from: layout)
    }
    return results
  }

  /// Plain values in a layout of this operation.
  func encode(_ values: [Float], as layout: OpaquePointer) throws -> Buffer {
    let plain = try engine.plain(like: layout)
    precondition(values.count * 4 == cdnn_layout_bytes(plain), "the test gives a tensor of another size")
    return try engine.reorder(Buffer(values), from: plain, to: layout)
  }

  /// The plain values of a tensor in a layout of this operation.
  func decode(_ buffer: Buffer, from layout: OpaquePointer) throws -> [Float] {
    try engine.reorder(buffer, from: layout, to: engine.plain(like: layout)).floats
  }
}

/// Fixed values in -0.5 ..< 0.5, different for every seed.
func values(_ count: Int, seed: UInt32) -> [Float] {
  var state = seed &* 747_796_405 &+ 1
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(state >> 8) / Float(1 << 24) - 0.5
  }
}

/// The largest difference, relative to the largest expected value; infinite where something is missing.
func relativeError(_ got: [Float]?, _ expected: [Double]) -> Double {
  guard let got, got.count == expected.count else { return .infinity }
  let scale = max(expected.map(abs).max() ?? 0, 1e-30)
  let errors = zip(got, expected).map { abs(Double($0) - $1) / scale }
  return errors.contains(where: \.isNaN) ? .infinity : errors.max() ?? 0
}
