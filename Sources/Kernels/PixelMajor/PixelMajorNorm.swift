import CKernels

/// Batch norm by Convoy's own kernels over pixel-major tensors, seen as rows of channels: with the addition
/// of a residual and ReLU in the same pass.
public struct PixelMajorNorm: Sendable {
  /// Pixels times images, and channels.
  public let rows, channels: Int
  let type: NumberType
  private let epsilon: Float
  private let relu: Bool

  /// Creates a batch norm.
  /// - Parameter relu: whether ReLU follows.
  public init(rows: Int, channels: Int, type: NumberType, epsilon: Float, relu: Bool) {
    self.rows = rows
    self.channels = channels
    self.type = type
    self.epsilon = epsilon
    self.relu = relu
  }

  /// Values of the fold: what the forward pass makes of statistics, scale and shift.
  public var foldCount: Int { 3 * channels }

  /// Mean and biased variance of every channel.
  /// - Parameter sums: sums and sums of squares, where the operation that made `x` left them.
  public func statistics(
    _ x: UnsafeRawPointer, sums: UnsafePointer<Float>?, mean: UnsafeMutablePointer<Float>,
    variance: UnsafeMutablePointer<Float>
  ) {
    if let sums {
      ck_bn_finish_sums(sums, rows, channels, mean, variance)
    } else {
      ck_bn_statistics(type.own, x, rows, channels, mean, variance)
    }
  }

  /// What the forward pass and the way back want to know of each channel.
  /// - Parameter fold: gets ``foldCount`` values.
  public func fold(
    mean: UnsafePointer<Float>, variance: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, into fold: UnsafeMutablePointer<Float>
  ) {
    let (factor, offset, inverse) = (fold, fold + channels, fold + 2 * channels)
    for c in 0..<channels {
      inverse[c] = 1 / (variance[c] + epsilon).squareRoot()
      factor[c] = scale[c] * inverse[c]
      offset[c] = shift[c] - mean[c] * factor[c]
    }
  }

  /// The forward pass part by part, for a convolution that reads the output.
  public struct Parts {
    let own: ck_bn_parts
  }

  /// The forward pass after ``fold(mean:variance:scale:shift:into:)``, in equal parts.
  public func parts(
    _ x: UnsafeRawPointer, count: Int, fold: UnsafePointer<Float>, residual: UnsafeRawPointer?,
    into y: UnsafeMutableRawPointer
  ) -> Parts {
    Parts(
      own: ck_bn_parts(
        type: type.own, rows: rows / count, channels: channels, x: x, residual: residual, factor: fold,
        offset: fold + channels, relu: relu, y: y))
  }

  /// `y = (x - mean) / sqrt(variance + epsilon) * scale + shift + residual`, then ReLU.
  /// - Parameter fold: gets ``foldCount`` values that the backward pass wants again.
  public func forward(
    _ x: UnsafeRawPointer, mean: UnsafePointer<Float>, variance: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, fold: UnsafeMutablePointer<Float>,
    residual: UnsafeRawPointer?, into y: UnsafeMutableRawPointer
  ) {
    self.fold(mean: mean, variance: variance, scale: scale, shift: shift, into: fold)
    ck_bn_forward(type.own, x, rows, channels, fold, fold + channels, residual, relu, y)
  }

  /// The first half of the way back: the gradients with respect to scale, shift and residual.
  /// - Parameters:
  ///   - y: the output, where a residual was added below a ReLU.
  ///   - residualGradient: gets the gradient below the ReLU.
  public func backwardSums(
    _ dy: UnsafeRawPointer, x: UnsafeRawPointer, y: UnsafeRawPointer?, mean: UnsafePointer<Float>,
    fold: UnsafePointer<Float>, residualGradient: UnsafeMutableRawPointer?,
    scaleGradient: UnsafeMutablePointer<Float>, shiftGradient: UnsafeMutablePointer<Float>
  ) {
    let (factor, offset, inverse) = (fold, fold + channels, fold + 2 * channels)
    ck_bn_backward_sums(
      type.own, dy, x, y, rows, channels, relu, factor, offset, mean, inverse, residualGradient,
      scaleGradient, shiftGradient)
  }

  /// The first half, for a convolution that makes the gradient of the output and takes the sums while it writes
  /// it.
  public struct Sums {
    let own: ck_bn_gradient
  }

  /// What ``backwardSums(_:x:y:mean:fold:residualGradient:scaleGradient:shiftGradient:)`` would do. The gradient
  /// of the output is then written as it is below the ReLU, which is the residual's too.
  public func sums(
    x: UnsafeRawPointer, y: UnsafeRawPointer?, mean: UnsafePointer<Float>, fold: UnsafePointer<Float>,
    scaleGradient: UnsafeMutablePointer<Float>, shiftGradient: UnsafeMutablePointer<Float>
  ) -> Sums {
    let (factor, offset, inverse) = (fold, fold + channels, fold + 2 * channels)
    return Sums(
      own: ck_bn_gradient(
        x: x, y: y, relu: relu, factor: factor, offset: offset, mean: mean, inverse_deviation: inverse,
        scale_gradient: scaleGradient, shift_gradient: shiftGradient))
  }

  /// The second half: the gradient with respect to the input.
  /// - Parameters:
  ///   - residualGradient: the gradient below the ReLU, where the first half has left it.
  ///   - scaleGradient: of all rows that the statistics are over, times this norm's share of those rows; so is
  ///     `shiftGradient`.
  public func backwardData(
    _ dy: UnsafeRawPointer, x: UnsafeRawPointer, mean: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    fold: UnsafePointer<Float>, residualGradient: UnsafeMutableRawPointer?,
    scaleGradient: UnsafePointer<Float>, shiftGradient: UnsafePointer<Float>,
    into dx: UnsafeMutableRawPointer
  ) {
    let (factor, offset, inverse) = (fold, fold + channels, fold + 2 * channels)
    // Below the ReLU the residual's gradient is the masked one: no mask is needed a second time.
    let masked = residualGradient != nil
    ck_bn_backward_data(
      type.own, residualGradient.map { UnsafeRawPointer($0) } ?? dy, x, nil, rows, rows, channels,
      relu && !masked, factor, offset, mean, inverse, scale, scaleGradient, shiftGradient, dx)
  }

  /// The second half part by part, for a convolution that reads the gradient with respect to the input.
  public struct BackwardParts {
    let own: ck_bn_backward_parts
  }

  /// What ``backwardData(_:x:mean:scale:fold:residualGradient:scaleGradient:shiftGradient:into:)`` would do, in equal
  /// parts.
  public func backwardParts(
    _ dy: UnsafeRawPointer, x: UnsafeRawPointer, count: Int, mean: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, fold: UnsafePointer<Float>, residualGradient: UnsafeMutableRawPointer?,
    scaleGradient: UnsafePointer<Float>, shiftGradient: UnsafePointer<Float>
  ) -> BackwardParts {
    BackwardParts(
      own: ck_bn_backward_parts(
        type: type.own, rows: rows / count, all_rows: rows, channels: channels,
        dy: residualGradient.map { UnsafeRawPointer($0) } ?? dy, x: x, relu: relu && residualGradient == nil,
        factor: fold, offset: fold + channels, mean: mean, inverse_deviation: fold + 2 * channels,
        scale: scale,
        scale_gradient: scaleGradient, shift_gradient: shiftGradient))
  }
}
