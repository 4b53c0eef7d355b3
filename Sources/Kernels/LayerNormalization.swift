import CKernels

/// Layer norm of each row of channels: over the features of a vector, or the channels of one pixel.
public struct LayerNormalization: Sendable {
  /// Images times pixels, and channels.
  public let rows, channels: Int
  private let type: NumberType
  private let epsilon: Float

  /// Creates a layer norm.
  public init(rows: Int, channels: Int, type: NumberType, epsilon: Float) {
    self.rows = rows
    self.channels = channels
    self.type = type
    self.epsilon = epsilon
  }

  /// Floats that the forward pass leaves for the backward pass: each row's mean and inverse deviation.
  public var statisticsCount: Int { 2 * rows }

  /// Floats that the backward pass needs beside its results.
  public var scratchCount: Int { 2 * channels }

  /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`.
  /// - Parameter scale: one for each channel, as `shift`; nil where nothing is trained.
  public func forward(
    _ x: UnsafeRawPointer, scale: UnsafePointer<Float>?, shift: UnsafePointer<Float>?,
    into y: UnsafeMutableRawPointer, statistics: UnsafeMutablePointer<Float>
  ) {
    ck_layer_norm(
      type.own, x, rows, channels, scale, shift, epsilon, y, statistics, statistics + rows)
  }

  /// The gradients of the input, where it is asked for, and of scale and shift, where both are.
  public func backward(
    _ dy: UnsafeRawPointer, x: UnsafeRawPointer, scale: UnsafePointer<Float>?,
    statistics: UnsafePointer<Float>, into dx: UnsafeMutableRawPointer?,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?,
    scratch: UnsafeMutablePointer<Float>
  ) {
    ck_layer_norm_backward(
      type.own, dy, x, rows, channels, scale, statistics, statistics + rows, dx, scaleGradient, shiftGradient,
      scratch)
  }
}
