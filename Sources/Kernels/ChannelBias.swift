import CKernels

/// One number added to each channel, on rows of channels.
public enum ChannelBias {
  /// `x += bias`.
  public static func add(
    _ bias: UnsafePointer<Float>, to x: UnsafeMutableRawPointer, rows: Int, channels: Int, type: NumberType
  ) {
    switch type {
    case .fp32: add(bias, x.assumingMemoryBound(to: Float.self), rows, channels)
    case .bf16: add(bias, x.assumingMemoryBound(to: BFloat16.self), rows, channels)
    }
  }

  /// The bias's gradient: the sum of each channel's gradients.
  public static func gradient(
    _ dy: UnsafeRawPointer, rows: Int, channels: Int, type: NumberType,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    ck_column_sums(type.own, dy, rows, channels, gradient)
  }

  private static func add<Number: ActivationNumber>(
    _ bias: UnsafePointer<Float>, _ x: UnsafeMutablePointer<Number>, _ rows: Int, _ channels: Int
  ) {
    for row in 0..<rows {
      let x = x + row * channels
      for c in 0..<channels { x[c] = Number(x[c].float + bias[c]) }
    }
  }
}
