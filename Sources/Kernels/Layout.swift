import COneDNN

/// Shape, number type and order in memory of one tensor. Immutable.
public final class Layout: @unchecked Sendable, Equatable {
  /// The orders in memory that Convoy's own kernels know; oneDNN has more, which are `opaque` to it.
  public enum Order: UInt32, Sendable {
    case opaque = 0
    /// A vector.
    case x = 1
    /// A matrix, row by row: images by features, or outputs by inputs for weights.
    case nc = 2
    /// Images by channels by rows by columns; OIHW for weights.
    case nchw = 3
    /// Channels innermost.
    case nhwc = 4
    /// Channels in blocks of 8, the block innermost.
    case nchw8c = 5
    /// Channels in blocks of 16, the block innermost.
    case nchw16c = 6
    /// Weights of a grouped convolution: groups, then OIHW.
    case goihw = 7
    /// Pixel-major: rows by columns by images by channels. The activations of Convoy's own kernels.
    case hwnc = 8
    /// The weights of Convoy's own convolutions: rows by columns by inputs by outputs.
    case hwio = 9
    /// The weights of Convoy's own dense layers: inputs by outputs.
    case io = 10
    /// The weights of Convoy's own grouped convolutions, groups before outputs.
    case hwigo = 11
  }

  let handle: OpaquePointer
  /// The logical dimensions.
  public let dimensions: [Int]
  /// The numbers' type.
  public let type: NumberType
  /// The order in memory.
  public let order: Order
  /// Bytes in memory, padding included.
  public let byteCount: Int

  /// Numbers in memory, padding included.
  public var valueCount: Int { byteCount / type.byteCount }

  /// A layout in a known order.
  public convenience init(_ dimensions: [Int], _ order: Order, _ type: NumberType = .fp32) throws(KernelError)
  {
    var handle: OpaquePointer?
    let name = "layout \(order) of \(dimensions)"
    try KernelError.check(
      cdnn_layout_create(
        &handle, Int32(dimensions.count), dimensions.map(Int64.init), type.oneDNN,
        cdnn_order(order.rawValue)),
      name)
    guard let handle else { throw KernelError(operation: name, status: -1) }
    self.init(owning: handle, order: order)
  }

  /// The fp32 layout that files have: the last dimension innermost.
  /// - Parameter dimensions: 1, 2, 4 (OIHW or NCHW) or 5 (grouped weights) of them.
  public convenience init(plain dimensions: [Int]) throws(KernelError) {
    let order: Order =
      switch dimensions.count {
      case 1: .x
      case 2: .nc
      case 4: .nchw
      default: .goihw
      }
    try self.init(dimensions, order)
  }

  /// Takes over a handle; without an order, finds out which it is.
  private init(owning handle: OpaquePointer, order: Order? = nil) {
    self.handle = handle
    var dimensions = [Int64](repeating: 0, count: Int(cdnn_layout_rank(handle)))
    cdnn_layout_dims(handle, &dimensions)
    self.dimensions = dimensions.map(Int.init)
    self.order = order ?? Order(rawValue: cdnn_layout_order(handle).rawValue) ?? .opaque
    type = cdnn_layout_type(handle) == CDNN_BF16 ? .bf16 : .fp32
    byteCount = cdnn_layout_bytes(handle)
  }

  /// A copy of a layout that oneDNN owns.
  convenience init(copying borrowed: OpaquePointer) throws(KernelError) {
    var handle: OpaquePointer?
    try KernelError.check(cdnn_layout_copy(&handle, borrowed), "copy of a layout")
    guard let handle else { throw KernelError(operation: "copy of a layout", status: -1) }
    self.init(owning: handle)
  }

  deinit { cdnn_layout_destroy(handle) }

  /// Whether two layouts place every element alike.
  public static func == (a: Layout, b: Layout) -> Bool { cdnn_layout_equal(a.handle, b.handle) }
}
