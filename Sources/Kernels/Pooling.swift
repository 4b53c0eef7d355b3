import COneDNN

/// The size of a two-dimensional pooling over a mini-batch.
public struct PoolingGeometry: Sendable, Equatable {
  /// What a window becomes.
  public enum Kind: Sendable {
    case maximum
    /// Padding counts as zeros.
    case averageIncludingPadding
    case averageExcludingPadding
  }

  /// Images in the mini-batch.
  public var batch: Int
  /// Channels of input and output.
  public var channels: Int
  /// Height and width of input and output.
  public var inputHeight, inputWidth, outputHeight, outputWidth: Int
  /// Height and width of the window, and the step between windows.
  public var kernelHeight, kernelWidth, stride: Int
  /// Rows and columns added above and on the left. Below and on the right there are as many, or more where the last
  /// windows reach further.
  public var padding: Int
  /// What a window becomes.
  public var kind: Kind

  /// Creates a geometry from all its sizes.
  public init(
    batch: Int, channels: Int, input: (height: Int, width: Int), output: (height: Int, width: Int),
    kernel: (height: Int, width: Int), stride: Int, padding: Int, kind: Kind
  ) {
    self.batch = batch
    self.channels = channels
    (inputHeight, inputWidth) = input
    (outputHeight, outputWidth) = output
    (kernelHeight, kernelWidth) = kernel
    self.stride = stride
    self.padding = padding
    self.kind = kind
  }

  /// Rows and columns that are added below and on the right.
  private var paddingAfter: (rows: Int, columns: Int) {
    (
      max(padding, (outputHeight - 1) * stride + kernelHeight - inputHeight - padding),
      max(padding, (outputWidth - 1) * stride + kernelWidth - inputWidth - padding)
    )
  }

  /// Whether a window reaches beyond input and padding, where nothing counts.
  public var overhangs: Bool { paddingAfter.rows > padding || paddingAfter.columns > padding }

  fileprivate func description(_ type: NumberType) -> cdnn_pooling {
    var shape = cdnn_pooling()
    shape.batch = Int64(batch)
    shape.channels = Int64(channels)
    (shape.in_height, shape.in_width) = (Int64(inputHeight), Int64(inputWidth))
    (shape.out_height, shape.out_width) = (Int64(outputHeight), Int64(outputWidth))
    (shape.kernel_height, shape.kernel_width) = (Int64(kernelHeight), Int64(kernelWidth))
    (shape.stride_height, shape.stride_width) = (Int64(stride), Int64(stride))
    (shape.pad_top, shape.pad_left) = (Int64(padding), Int64(padding))
    (shape.pad_bottom, shape.pad_right) = (Int64(paddingAfter.rows), Int64(paddingAfter.columns))
    switch kind {
    case .maximum: shape.kind = .init(CDNN_MAX.rawValue)
    case .averageIncludingPadding: shape.kind = .init(CDNN_AVERAGE_INCLUDING_PADDING.rawValue)
    case .averageExcludingPadding: shape.kind = .init(CDNN_AVERAGE_EXCLUDING_PADDING.rawValue)
    }
    shape.type = type.oneDNN
    return shape
  }
}

extension Primitive {
  /// A pooling's forward pass.
  public static func poolingForward(
    _ name: String, _ geometry: PoolingGeometry, training: Bool, source: Layout, engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description(source.type)
    return try Primitive("pooling forward of \(name)", engine: engine) {
      cdnn_pooling_forward(
        $0, engine.handle, &shape, training ? CDNN_FORWARD_TRAINING : CDNN_FORWARD_INFERENCE,
        source.handle, nil)
    }
  }

  /// A pooling's gradient with respect to its input.
  public static func poolingBackward(
    _ name: String, _ geometry: PoolingGeometry, sourceGradient: Layout, destinationGradient: Layout,
    engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description(sourceGradient.type)
    return try Primitive("pooling backward of \(name)", engine: engine) {
      cdnn_pooling_backward($0, engine.handle, &shape, sourceGradient.handle, destinationGradient.handle)
    }
  }
}
