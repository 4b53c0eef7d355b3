import CKernels

/// Pooling by Convoy's own kernels over pixel-major tensors (HWNC).
public struct PixelMajorPooling: Sendable {
  private let geometry: PoolingGeometry
  private let type: NumberType

  /// Creates a pooling.
  public init(_ geometry: PoolingGeometry, type: NumberType) {
    self.geometry = geometry
    self.type = type
  }

  /// Bytes that the forward pass leaves for the backward pass: which input won.
  public var workspaceByteCount: Int {
    geometry.kind == .maximum
      ? geometry.outputHeight * geometry.outputWidth * geometry.batch * geometry.channels : 0
  }

  /// Whether the windows are small enough; those of whole images may be of any size.
  public var isSupported: Bool { coversAll || geometry.kernelHeight * geometry.kernelWidth <= 256 }

  private var coversAll: Bool {
    geometry.kind != .maximum && geometry.padding == 0 && geometry.outputHeight == 1
      && geometry.outputWidth == 1 && geometry.kernelHeight == geometry.inputHeight
      && geometry.kernelWidth == geometry.inputWidth
  }

  private var shape: ck_pool_shape {
    ck_pool_shape(
      images: Int32(geometry.batch), channels: Int32(geometry.channels),
      height: Int32(geometry.inputHeight), width: Int32(geometry.inputWidth),
      output_height: Int32(geometry.outputHeight), output_width: Int32(geometry.outputWidth),
      kernel_height: Int32(geometry.kernelHeight), kernel_width: Int32(geometry.kernelWidth),
      stride: Int32(geometry.stride), pad_top: Int32(geometry.padding), pad_left: Int32(geometry.padding))
  }

  /// Pools.
  /// - Parameter winners: ``workspaceByteCount`` bytes, or nil where no backward pass follows.
  public func forward(
    _ x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, winners: UnsafeMutablePointer<UInt8>?
  ) {
    var shape = shape
    switch geometry.kind {
    case .maximum: ck_max_pool_forward(type.own, &shape, x, y, winners)
    case .averageIncludingPadding, .averageExcludingPadding:
      if coversAll {
        ck_global_average_forward(type.own, x, pixels, geometry.batch, geometry.channels, y)
      } else {
        ck_average_pool_forward(type.own, &shape, geometry.kind == .averageIncludingPadding, x, y)
      }
    }
  }

  /// The gradient with respect to the input.
  public func backward(
    _ dy: UnsafeRawPointer, into dx: UnsafeMutableRawPointer, winners: UnsafePointer<UInt8>
  ) {
    var shape = shape
    switch geometry.kind {
    case .maximum: ck_max_pool_backward(type.own, &shape, dy, winners, dx)
    case .averageIncludingPadding, .averageExcludingPadding:
      if coversAll {
        ck_global_average_backward(type.own, dy, pixels, geometry.batch, geometry.channels, dx)
      } else {
        ck_average_pool_backward(type.own, &shape, geometry.kind == .averageIncludingPadding, dy, dx)
      }
    }
  }

  private var pixels: Int { geometry.inputHeight * geometry.inputWidth }
}
