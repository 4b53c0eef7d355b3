import COneDNN

/// The size of a two-dimensional convolution over a mini-batch, as oneDNN needs it.
public struct ConvolutionGeometry: Sendable, Equatable {
  /// Which algorithm a primitive uses. Winograd does 3x3 convolutions with fewer multiplications.
  public enum Algorithm: Sendable {
    case direct
    case winograd
  }

  /// Images in the mini-batch.
  public var batch: Int
  /// Channels, height and width of the input.
  public var inputChannels, inputHeight, inputWidth: Int
  /// Channels, height and width of the output.
  public var outputChannels, outputHeight, outputWidth: Int
  /// Height and width of the kernel.
  public var kernelHeight, kernelWidth: Int
  /// Step between outputs, in input pixels, for both axes.
  public var stride: Int
  /// Step between the kernel's taps, in input pixels; 1 is an ordinary kernel.
  public var dilation: Int
  /// Rows and columns of zeros around the input.
  public var padTop, padBottom, padLeft, padRight: Int
  /// Groups of channels that do not see each other.
  public var groups: Int
  /// Whether a bias is added.
  public var hasBias: Bool
  /// The type of input, output and their gradients.
  public var type: NumberType

  /// Creates a geometry from all its sizes.
  public init(
    batch: Int, input: (channels: Int, height: Int, width: Int),
    output: (channels: Int, height: Int, width: Int), kernel: (height: Int, width: Int), stride: Int,
    dilation: Int, padding: (top: Int, bottom: Int, left: Int, right: Int), groups: Int, hasBias: Bool,
    type: NumberType
  ) {
    self.batch = batch
    (inputChannels, inputHeight, inputWidth) = input
    (outputChannels, outputHeight, outputWidth) = output
    (kernelHeight, kernelWidth) = kernel
    self.stride = stride
    self.dilation = dilation
    (padTop, padBottom, padLeft, padRight) = padding
    self.groups = groups
    self.hasBias = hasBias
    self.type = type
  }

  /// Whether each channel makes one filter of its own.
  public var isDepthwise: Bool { groups > 1 && groups == inputChannels && groups == outputChannels }

  /// The weights' logical shape: `[O, I, H, W]`, or `[groups, O/groups, I/groups, H, W]`.
  public var weightDimensions: [Int] {
    groups == 1
      ? [outputChannels, inputChannels, kernelHeight, kernelWidth]
      : [groups, outputChannels / groups, inputChannels / groups, kernelHeight, kernelWidth]
  }

  fileprivate func description(_ algorithm: Algorithm) -> cdnn_convolution {
    cdnn_convolution(
      batch: Int64(batch), in_channels: Int64(inputChannels), in_height: Int64(inputHeight),
      in_width: Int64(inputWidth), out_channels: Int64(outputChannels), out_height: Int64(outputHeight),
      out_width: Int64(outputWidth), kernel_height: Int64(kernelHeight), kernel_width: Int64(kernelWidth),
      stride_height: Int64(stride), stride_width: Int64(stride), dilation_height: Int64(dilation),
      dilation_width: Int64(dilation), pad_top: Int64(padTop), pad_bottom: Int64(padBottom),
      pad_left: Int64(padLeft), pad_right: Int64(padRight), groups: Int64(groups), bias: hasBias,
      type: type.oneDNN, algorithm: algorithm == .winograd ? CDNN_WINOGRAD : CDNN_DIRECT)
  }
}

extension Primitive {
  /// A convolution's forward pass. Layouts that are nil are chosen by oneDNN.
  ///
  /// Asked for as in training also where nothing is trained: evaluation then runs the very kernels of
  /// training. (oneDNN 2.6's Winograd kernel for inference wants transformed weights, a layout to which only
  /// plain weights can be copied.)
  public static func convolutionForward(
    _ name: String, _ geometry: ConvolutionGeometry, _ algorithm: ConvolutionGeometry.Algorithm,
    source: Layout?, weights: Layout?, destination: Layout? = nil, engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description(algorithm)
    return try Primitive("convolution forward of \(name)", engine: engine) {
      cdnn_convolution_forward(
        $0, engine.handle, &shape, CDNN_FORWARD_TRAINING, source?.handle, weights?.handle, destination?.handle
      )
    }
  }

  /// A convolution's gradient with respect to its input.
  public static func convolutionBackwardData(
    _ name: String, _ geometry: ConvolutionGeometry, _ algorithm: ConvolutionGeometry.Algorithm,
    sourceGradient: Layout?, weights: Layout?, destinationGradient: Layout?, engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description(algorithm)
    return try Primitive("convolution backward-data of \(name)", engine: engine) {
      cdnn_convolution_backward_data(
        $0, engine.handle, &shape, sourceGradient?.handle, weights?.handle, destinationGradient?.handle)
    }
  }

  /// A convolution's gradient with respect to its weights (and bias).
  public static func convolutionBackwardWeights(
    _ name: String, _ geometry: ConvolutionGeometry, _ algorithm: ConvolutionGeometry.Algorithm,
    source: Layout?, weightsGradient: Layout?, destinationGradient: Layout?, engine: Engine
  ) throws(KernelError) -> Primitive {
    var shape = geometry.description(algorithm)
    return try Primitive("convolution backward-weights of \(name)", engine: engine) {
      cdnn_convolution_backward_weights(
        $0, engine.handle, &shape, source?.handle, weightsGradient?.handle, destinationGradient?.handle)
    }
  }
}
