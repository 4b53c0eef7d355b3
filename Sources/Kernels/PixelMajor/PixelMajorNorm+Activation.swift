import CKernels

/// A batch norm with an activation function on top, block of rows by block of rows: what lies between the two stays in
/// the cache, and is made again on the way back.
extension PixelMajorNorm {
  /// So few that the four blocks at work on the way back fit into a core's second-level cache.
  private var blockRows: Int { max(1, (128 << 10) / (channels * type.byteCount)) }

  /// `y = activation((x - mean) / sqrt(variance + epsilon) * scale + shift)`.
  /// - Parameter fold: from ``fold(mean:variance:scale:shift:into:)``.
  public func forward(
    _ x: UnsafeRawPointer, fold: UnsafePointer<Float>, below activation: Activation,
    into y: UnsafeMutableRawPointer
  ) {
    forEachBlock { offset, rows in
      normalise(x + offset, rows: rows, fold: fold, into: y + offset)
      activation.forward(y + offset, into: y + offset, count: rows * channels, type: type)
    }
  }

  /// Bytes that the way back needs for itself.
  public var activatedScratchByteCount: Int {
    blockOffset + min(rows, blockRows) * channels * type.byteCount
  }

  /// The room for a block comes after two sums for each channel in double, and two in float.
  private var blockOffset: Int {
    let sums = 2 * channels * (MemoryLayout<Double>.stride + MemoryLayout<Float>.stride)
    return (sums + 63) / 64 * 64
  }

  /// Where the gradients of scale and shift go, and the mean that they are about.
  public struct ParameterGradients {
    let mean: UnsafePointer<Float>
    let scale, shift: UnsafeMutablePointer<Float>

    /// Where they go.
    public init(
      mean: UnsafePointer<Float>, scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>
    ) {
      self.mean = mean
      self.scale = scale
      self.shift = shift
    }
  }

  /// The way back through the activation, and the gradients of scale and shift where they are wanted.
  /// - Parameters:
  ///   - g: gets the gradient between norm and activation.
  ///   - scratch: ``activatedScratchByteCount`` bytes.
  ///   - sums: where the gradients of scale and shift go.
  public func backward(
    _ dy: UnsafeRawPointer, x: UnsafeRawPointer, fold: UnsafePointer<Float>, below activation: Activation,
    into g: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer,
    sums: ParameterGradients?
  ) {
    let totals = scratch.assumingMemoryBound(to: Double.self)
    let part = UnsafeMutableRawPointer(totals + 2 * channels).assumingMemoryBound(to: Float.self)
    let z = scratch + blockOffset
    totals.update(repeating: 0, count: 2 * channels)
    forEachBlock { offset, rows in
      normalise(x + offset, rows: rows, fold: fold, into: z)
      activation.backward(dy + offset, input: z, into: g + offset, count: rows * channels, type: type)
      guard let sums else { return }
      ck_bn_backward_sums(
        type.own, g + offset, x + offset, nil, rows, channels, false, fold, fold + channels, sums.mean,
        fold + 2 * channels, nil, part, part + channels)
      for i in 0..<2 * channels { totals[i] += Double(part[i]) }
    }
    guard let sums else { return }
    for c in 0..<channels {
      sums.scale[c] = Float(totals[c])
      sums.shift[c] = Float(totals[channels + c])
    }
  }

  /// What lies between norm and activation.
  private func normalise(
    _ x: UnsafeRawPointer, rows: Int, fold: UnsafePointer<Float>, into z: UnsafeMutableRawPointer
  ) {
    ck_bn_forward(type.own, x, rows, channels, fold, fold + channels, nil, false, z)
  }

  /// The blocks in order, by their first byte.
  private func forEachBlock(_ body: (_ offset: Int, _ rows: Int) -> Void) {
    for first in stride(from: 0, to: rows, by: blockRows) {
      body(first * channels * type.byteCount, min(blockRows, rows - first))
    }
  }
}
