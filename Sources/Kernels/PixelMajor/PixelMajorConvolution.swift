import CKernels

/// A convolution by Convoy's own kernels, over pixel-major tensors (HWNC): fp32 on the widest vectors of the
/// processor, bf16 on AMX or, where neither it nor oneDNN multiplies such numbers, widened to fp32, depthwise in
/// both. A dense layer is one over images of one pixel.
///
/// Weights and their gradients are fp32, `[kernel height][kernel width][inputs of a group][outputs]`; AMX, which knows
/// no groups, reads a packed copy of them in bf16, one for each direction.
public struct PixelMajorConvolution: Sendable {
  /// The passes of a training step.
  public enum Pass: String, Sendable {
    case forward
    case backwardData = "backward-data"
    case backwardWeights = "backward-weights"

    fileprivate var own: ck_pass {
      switch self {
      case .forward: CK_FORWARD
      case .backwardData: CK_BACKWARD_DATA
      case .backwardWeights: CK_BACKWARD_WEIGHTS
      }
    }
  }

  private enum Family: Sendable { case amx, fp32, widened, depthwise }

  private var shape: ck_conv_shape
  private let type: NumberType
  private let family: Family

  /// The convolution; nil where there is no own kernel for it on this processor.
  public init?(_ geometry: ConvolutionGeometry) {
    shape = ck_conv_shape(
      images: Int32(geometry.batch), channels: Int32(geometry.inputChannels),
      height: Int32(geometry.inputHeight), width: Int32(geometry.inputWidth),
      filters: Int32(geometry.outputChannels), output_height: Int32(geometry.outputHeight),
      output_width: Int32(geometry.outputWidth), kernel_height: Int32(geometry.kernelHeight),
      kernel_width: Int32(geometry.kernelWidth), stride: Int32(geometry.stride),
      dilation: Int32(geometry.dilation), pad_top: Int32(geometry.padTop), pad_left: Int32(geometry.padLeft),
      groups: Int32(geometry.groups))
    type = geometry.type
    if geometry.isDepthwise {
      family = .depthwise
    } else if type == .fp32 {
      family = .fp32
    } else if !Processor.oneDNNRunsBF16 {
      family = .widened
    } else {
      guard ck_amx_available(), geometry.groups == 1 else { return nil }
      for pass in [CK_FORWARD, CK_BACKWARD_DATA, CK_BACKWARD_WEIGHTS] {
        guard ck_amx_conv_supported(&shape, pass) else { return nil }
      }
      family = .amx
    }
  }

  /// The name of the kernel that a pass runs on.
  public func kernel(_ pass: Pass) -> String {
    var shape = shape
    switch family {
    case .amx: return "convoy_amx_bf16"
    case .fp32, .widened:
      let numbers = family == .widened ? "bf16_widened" : "f32"
      let algorithm = ck_f32_conv_algorithm(&shape) == CK_F32_WINOGRAD ? "_winograd_4x3" : ""
      return "convoy_\(Processor.vectors)_\(numbers)\(algorithm)"
    case .depthwise: return "convoy_depthwise_\(type.rawValue)"
    }
  }

  /// The order of the weights: of `[O, I, H, W]`, or of `[groups, O / groups, I / groups, H, W]`.
  public var weightOrder: Layout.Order { shape.groups > 1 ? .hwigo : .hwio }

  /// Bytes that a pass needs for itself while it runs.
  public func scratchByteCount(_ pass: Pass) -> Int {
    var shape = shape
    switch family {
    case .amx: return ck_amx_conv_scratch_bytes(&shape, pass.own)
    case .fp32: return ck_f32_conv_scratch_bytes(&shape, pass.own)
    case .widened: return ck_bf16_conv_scratch_bytes(&shape, pass.own)
    case .depthwise: return 0
    }
  }

  /// Bytes of the weights as a pass reads them; 0 where it reads the fp32 weights themselves.
  public func packedByteCount(_ pass: Pass) -> Int {
    var shape = shape
    return family == .amx ? ck_amx_conv_weights_bytes(&shape, pass.own) : 0
  }

  /// Copies the weights into the form that a pass reads. It is the same for any number of images.
  public func pack(_ weights: UnsafePointer<Float>, for pass: Pass, into packed: UnsafeMutableRawPointer) {
    var shape = shape
    ck_amx_conv_pack_weights(&shape, pass.own, weights, packed)
  }

  /// What the outputs can be held between while they are written.
  public enum Range: Sendable {
    /// 0 and infinity: a ReLU.
    case relu
    /// 0 and 6: a ReLU6.
    case relu6

    fileprivate var own: ck_range { ck_range(low: 0, high: self == .relu ? .infinity : 6) }

    /// The gradient through it: 0 where the output `y` is at an end.
    public func backward(
      _ dy: UnsafeRawPointer, output y: UnsafeRawPointer, into dx: UnsafeMutableRawPointer, count: Int,
      type: NumberType
    ) {
      switch self {
      case .relu: Elementwise.reluBackward(dy, output: y, into: dx, count: count, type: type)
      case .relu6: Activation.relu6.backward(dy, input: y, into: dx, count: count, type: type)
      }
    }
  }

  /// `y = w * x + bias + addend`, held within a range.
  /// - Parameters:
  ///   - norm: the batch norm that makes `x`, and that is run here, row by row.
  ///   - weights: packed for ``Pass/forward``, or the fp32 weights where ``packedByteCount(_:)`` is 0.
  ///   - addend: of the outputs' shape, where ``addsToOutputs``.
  ///   - sums: gets, for each filter, the sum of all outputs, then for each the sum of their squares; without addend
  ///     and range.
  public func forward(
    _ x: UnsafeRawPointer, madeBy norm: PixelMajorNorm.Parts?, weights: UnsafeRawPointer,
    bias: UnsafePointer<Float>?, adding addend: UnsafeRawPointer?, within range: Range?,
    into y: UnsafeMutableRawPointer, sums: UnsafeMutablePointer<Float>?, scratch: UnsafeMutableRawPointer
  ) {
    precondition(norm == nil || runsNorms, "this kernel runs no batch norm")
    precondition(addend == nil || addsToOutputs, "this kernel adds nothing")
    precondition(sums == nil || addend == nil && range == nil, "sums are of what the kernel itself makes")
    withOptionalPointer(to: range?.own) { range in
      var epilogue = ck_epilogue(bias: bias, addend: addend, range: range, sums: sums)
      forward(x, madeBy: norm, weights, &epilogue, into: y, scratch)
    }
  }

  private func forward(
    _ x: UnsafeRawPointer, madeBy norm: PixelMajorNorm.Parts?, _ weights: UnsafeRawPointer,
    _ epilogue: UnsafePointer<ck_epilogue>, into y: UnsafeMutableRawPointer,
    _ scratch: UnsafeMutableRawPointer
  ) {
    var shape = shape
    switch family {
    case .amx:
      withOptionalPointer(to: norm?.own) { norm in
        ck_amx_conv_forward(
          &shape, x.assumingMemoryBound(to: UInt16.self), weights, epilogue, norm, CK_BF16, y, scratch)
      }
    case .fp32:
      ck_f32_conv_forward(
        &shape, x.assumingMemoryBound(to: Float.self), weights.assumingMemoryBound(to: Float.self), epilogue,
        y.assumingMemoryBound(to: Float.self), scratch)
    case .widened:
      ck_bf16_conv_forward(
        &shape, x.assumingMemoryBound(to: UInt16.self), weights.assumingMemoryBound(to: Float.self), epilogue,
        y.assumingMemoryBound(to: UInt16.self), scratch)
    case .depthwise:
      ck_depthwise_forward(
        type.own, &shape, x, weights.assumingMemoryBound(to: Float.self), epilogue, y)
    }
  }

  /// Whether the forward pass can add to its outputs.
  public var addsToOutputs: Bool { family != .depthwise }

  /// Whether ``backwardData(_:weights:adding:summing:into:scratch:)`` can add another gradient.
  public var addsGradients: Bool { family != .depthwise }

  /// Whether it can run the batch norm that makes its input, forwards.
  public var runsNorms: Bool { family == .amx }

  /// Whether it can take the sums of the batch norm that makes its input, on the way back.
  public var takesNormSums: Bool { [.amx, .fp32].contains(family) }

  /// The gradient with respect to the input.
  /// - Parameters:
  ///   - weights: packed for ``Pass/backwardData``, or the fp32 weights.
  ///   - addend: another gradient of the input, where it has two consumers.
  ///   - norm: the first pass back of the batch norm that made the input.
  public func backwardData(
    _ dy: UnsafeRawPointer, weights: UnsafeRawPointer, adding addend: UnsafeRawPointer?,
    summing norm: PixelMajorNorm.Sums?, into dx: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
  ) {
    precondition(addend == nil || addsGradients, "this kernel adds nothing")
    precondition(norm == nil || takesNormSums, "this kernel takes no sums")
    var shape = shape
    switch family {
    case .amx:
      withOptionalPointer(to: norm?.own) { norm in
        ck_amx_conv_backward_data(
          &shape, dy.assumingMemoryBound(to: UInt16.self), weights,
          addend?.assumingMemoryBound(to: UInt16.self), norm, dx.assumingMemoryBound(to: UInt16.self), scratch
        )
      }
    case .fp32:
      withOptionalPointer(to: norm?.own) { norm in
        ck_f32_conv_backward_data(
          &shape, dy.assumingMemoryBound(to: Float.self), weights.assumingMemoryBound(to: Float.self),
          addend?.assumingMemoryBound(to: Float.self), norm, dx.assumingMemoryBound(to: Float.self), scratch)
      }
    case .widened:
      ck_bf16_conv_backward_data(
        &shape, dy.assumingMemoryBound(to: UInt16.self), weights.assumingMemoryBound(to: Float.self),
        addend?.assumingMemoryBound(to: UInt16.self), dx.assumingMemoryBound(to: UInt16.self), scratch)
    case .depthwise:
      ck_depthwise_backward_data(
        type.own, &shape, dy, weights.assumingMemoryBound(to: Float.self), dx)
    }
  }

  /// The gradient with respect to the weights.
  public func backwardWeights(
    _ x: UnsafeRawPointer, _ dy: UnsafeRawPointer, into dw: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutableRawPointer
  ) {
    var shape = shape
    switch family {
    case .amx:
      ck_amx_conv_backward_weights(
        &shape, x.assumingMemoryBound(to: UInt16.self), dy.assumingMemoryBound(to: UInt16.self), dw, scratch)
    case .fp32:
      ck_f32_conv_backward_weights(
        &shape, x.assumingMemoryBound(to: Float.self), dy.assumingMemoryBound(to: Float.self), dw, scratch)
    case .widened:
      ck_bf16_conv_backward_weights(
        &shape, x.assumingMemoryBound(to: UInt16.self), dy.assumingMemoryBound(to: UInt16.self), dw, scratch)
    case .depthwise:
      ck_depthwise_backward_weights(type.own, &shape, x, dy, dw)
    }
  }

  /// Whether ``backward(_:dyMadeBy:dy:weights:adding:summing:into:weightGradient:scratch:)`` exists and pays: where the
  /// gradient of the output is so large that it would go to memory and come back (on Sapphire Rapids, ResNet-50's
  /// first two stages gain up to a quarter of the layer's time, its last two lose a twentieth).
  public var runsOutputNorm: Bool {
    let values = Int(shape.output_height) * Int(shape.output_width) * Int(shape.images) * Int(shape.filters)
    return family == .amx && values * type.byteCount >= 6 << 20
  }

  /// Bytes that ``backward(_:dyMadeBy:dy:weights:adding:summing:into:weightGradient:scratch:)`` needs for itself.
  public var wholeBackwardScratchByteCount: Int {
    var shape = shape
    return runsOutputNorm ? ck_amx_conv_backward_scratch_bytes(&shape) : 0
  }

  /// The whole way back where a batch norm reads the output, whose own way back is run here, row by row.
  /// - Parameters:
  ///   - dy: room for the gradient of the output; it holds nothing of use afterwards.
  ///   - weights: packed for ``Pass/backwardData``.
  ///   - dx: gets the gradient with respect to the input, as ``backwardData(_:weights:adding:summing:into:scratch:)``
  ///     does; nil, as `weights` then is, where it is not wanted.
  ///   - dw: gets the gradient with respect to the weights; nil where it is not wanted. One of both is.
  public func backward(
    _ x: UnsafeRawPointer, dyMadeBy outputNorm: PixelMajorNorm.BackwardParts, dy: UnsafeMutableRawPointer,
    weights: UnsafeRawPointer?, adding addend: UnsafeRawPointer?, summing norm: PixelMajorNorm.Sums?,
    into dx: UnsafeMutableRawPointer?, weightGradient dw: UnsafeMutablePointer<Float>?,
    scratch: UnsafeMutableRawPointer
  ) {
    precondition(runsNorms, "this kernel runs no batch norm")
    precondition(dx != nil || dw != nil, "no gradient is wanted")
    var shape = shape
    withUnsafePointer(to: outputNorm.own) { outputNorm in
      withOptionalPointer(to: norm?.own) { norm in
        ck_amx_conv_backward(
          &shape, x.assumingMemoryBound(to: UInt16.self), outputNorm, weights,
          addend?.assumingMemoryBound(to: UInt16.self), norm, dy.assumingMemoryBound(to: UInt16.self),
          dx?.assumingMemoryBound(to: UInt16.self), dw, scratch)
      }
    }
  }

  /// The gradient with respect to the bias.
  public func backwardBias(_ dy: UnsafeRawPointer, into db: UnsafeMutablePointer<Float>) {
    let rows = Int(shape.output_height) * Int(shape.output_width) * Int(shape.images)
    ck_column_sums(type.own, dy, rows, Int(shape.filters), db)
  }
}

private func withOptionalPointer<Value>(to value: Value?, _ body: (UnsafePointer<Value>?) -> Void) {
  guard let value else { return body(nil) }
  withUnsafePointer(to: value) { body($0) }
}
