import Foundation

/// Local response norm on rows of channels: each value over a power of the mean square of its neighbours, the values of
/// the `size` channels around it at the same pixel. Channels beyond the first and the last count as zeros.
///
/// Source: Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS
/// 2012; alpha over `size` as PyTorch.
public struct LocalResponseNormalization: Sendable {
  private let rows, channels, size: Int
  private let alpha, beta, k: Float
  private let type: NumberType

  /// Creates a norm.
  /// - Parameter rows: images times pixels.
  public init(rows: Int, channels: Int, size: Int, alpha: Float, beta: Float, k: Float, type: NumberType) {
    self.rows = rows
    self.channels = channels
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    self.type = type
  }

  /// Floats that the backward pass needs beside its results.
  public var scratchCount: Int { 2 * channels }

  /// `y = x / (k + alpha / size * sum of squares)^beta`.
  public func forward(_ x: UnsafeRawPointer, into y: UnsafeMutableRawPointer) {
    switch type {
    case .fp32: forward(x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
    case .bf16: forward(x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
    }
  }

  /// The gradient of the input.
  public func backward(
    _ dy: UnsafeRawPointer, x: UnsafeRawPointer, into dx: UnsafeMutableRawPointer,
    scratch: UnsafeMutablePointer<Float>
  ) {
    switch type {
    case .fp32:
      backward(
        dy.assumingMemoryBound(to: Float.self), x.assumingMemoryBound(to: Float.self),
        dx.assumingMemoryBound(to: Float.self), scratch)
    case .bf16:
      backward(
        dy.assumingMemoryBound(to: BFloat16.self), x.assumingMemoryBound(to: BFloat16.self),
        dx.assumingMemoryBound(to: BFloat16.self), scratch)
    }
  }

  private func forward<Number: ActivationNumber>(
    _ x: UnsafePointer<Number>, _ y: UnsafeMutablePointer<Number>
  ) {
    for row in 0..<rows {
      let (x, y) = (x + row * channels, y + row * channels)
      for c in 0..<channels { y[c] = Number(x[c].float * pow(base(x, c), -beta)) }
    }
  }

  private func backward<Number: ActivationNumber>(
    _ dy: UnsafePointer<Number>, _ x: UnsafePointer<Number>, _ dx: UnsafeMutablePointer<Number>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let (powers, products) = (scratch, scratch + channels)
    for row in 0..<rows {
      let (dy, x, dx) = (dy + row * channels, x + row * channels, dx + row * channels)
      for c in 0..<channels {
        let base = base(x, c)
        powers[c] = pow(base, -beta)
        products[c] = dy[c].float * x[c].float * powers[c] / base
      }
      for c in 0..<channels {
        // The outputs whose neighbourhoods this channel is in.
        var sum: Float = 0
        for other in max(0, c - (size - 1) / 2)..<min(channels, c + size / 2 + 1) { sum += products[other] }
        dx[c] = Number(dy[c].float * powers[c] - 2 * alpha * beta / Float(size) * x[c].float * sum)
      }
    }
  }

  private func base<Number: ActivationNumber>(_ x: UnsafePointer<Number>, _ c: Int) -> Float {
    var squares: Float = 0
    for other in max(0, c - size / 2)..<min(channels, c + (size - 1) / 2 + 1) {
      squares += x[other].float * x[other].float
    }
    return k + alpha / Float(size) * squares
  }
}
