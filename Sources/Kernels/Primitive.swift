import COneDNN

/// The tensors that a primitive reads and writes.
public enum Operand: Int, Sendable, CaseIterable {
  case source = 0
  case weights = 1
  case bias = 2
  case destination = 3
  case sourceGradient = 4
  case weightsGradient = 5
  case biasGradient = 6
  case destinationGradient = 7
  case mean = 8
  case variance = 9
  case scale = 10
  case shift = 11
  case scaleGradient = 12
  case shiftGradient = 13
  case workspace = 14
  case scratchpad = 15
}

/// One operation compiled by oneDNN for one shape. Immutable: any thread may run it through its own
/// ``PrimitiveCall``.
public final class Primitive: @unchecked Sendable {
  let handle: OpaquePointer
  let engine: Engine
  /// What it does and for which layer, for errors and profiles.
  public let name: String
  private let layouts: [Layout?]

  /// Creates a primitive by one of oneDNN's makers.
  init(
    _ name: String, engine: Engine, make: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws(KernelError) {
    var handle: OpaquePointer?
    try KernelError.check(make(&handle), name)
    guard let handle else { throw KernelError(operation: name, status: -1) }
    var layouts: [Layout?] = []
    for tensor in Operand.allCases {
      let borrowed = cdnn_op_layout(handle, cdnn_tensor(UInt32(tensor.rawValue)))
      do throws(KernelError) {
        layouts.append(try borrowed.map { borrowed throws(KernelError) in try Layout(copying: borrowed) })
      } catch {
        cdnn_op_destroy(handle)
        throw error
      }
    }
    self.handle = handle
    self.engine = engine
    self.name = name
    self.layouts = layouts
  }

  deinit { cdnn_op_destroy(handle) }

  /// The layout of one of its tensors.
  /// - Throws: ``KernelError`` where it has no such tensor.
  public func layout(_ tensor: Operand) throws(KernelError) -> Layout {
    guard let layout = layouts[tensor.rawValue] else {
      throw KernelError(operation: "\(name): layout of its \(tensor)", status: -1)
    }
    return layout
  }

  /// Bytes of a tensor; 0 where it has no such tensor.
  public func byteCount(_ tensor: Operand) -> Int { layouts[tensor.rawValue]?.byteCount ?? 0 }

  /// The kernel that oneDNN chose, such as `"jit_avx512_core_f32_wino_conv_4x3"`.
  public var kernel: String { String(cString: cdnn_op_kernel(handle)) }

  /// Whether oneDNN fell back to its plain reference loops, tens of times slower than its kernels.
  public var isReference: Bool { kernel.hasPrefix("ref") }
}

/// What one thread needs to run one primitive: oneDNN's memory objects and the addresses bound to them.
///
/// Ownership: one thread at a time. Running it allocates nothing of its own.
public final class PrimitiveCall {
  private let primitive: Primitive
  private let handle: OpaquePointer
  private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  /// Prepares a call.
  public init(_ primitive: Primitive) throws(KernelError) {
    var handle: OpaquePointer?
    try KernelError.check(
      cdnn_call_create(&handle, primitive.engine.handle, primitive.handle), primitive.name)
    guard let handle else { throw KernelError(operation: primitive.name, status: -1) }
    self.handle = handle
    self.primitive = primitive
    addresses = .allocate(capacity: Operand.allCases.count)
    addresses.initialize(repeating: nil, count: Operand.allCases.count)
  }

  deinit {
    cdnn_call_destroy(handle)
    addresses.deallocate()
  }

  /// The address of one of the primitive's tensors, 64-byte aligned for speed.
  public subscript(tensor: Operand) -> UnsafeMutableRawPointer? {
    get { addresses[tensor.rawValue] }
    set { addresses[tensor.rawValue] = newValue }
  }

  /// Runs the primitive and waits for it.
  public func run() throws(KernelError) {
    let status = cdnn_call_run(handle, addresses)
    if status != 0 { throw KernelError(operation: primitive.name, status: status) }
  }
}
