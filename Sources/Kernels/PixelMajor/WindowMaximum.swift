/// The largest value of each window of an image, on pixel-major tensors: for windows of any sizes, which may differ
/// from image to image. A NaN wins over numbers; of equal values the first in row-major order wins.
public struct WindowMaximum: Sendable {
  /// Rows or columns of windows.
  public typealias Bounds = UnsafeBufferPointer<Range<Int32>>

  private let images, channels, pixels, width: Int
  private let outputs: Int
  private let type: NumberType

  /// Creates a pooling.
  public init(
    images: Int, channels: Int, input: (height: Int, width: Int), output: (height: Int, width: Int),
    type: NumberType
  ) {
    self.images = images
    self.channels = channels
    pixels = input.height * input.width
    width = input.width
    outputs = output.height * output.width
    self.type = type
  }

  /// Bytes that the forward pass leaves for the backward pass: the pixel that won, for each output.
  public var winnersByteCount: Int { images * outputs * channels * MemoryLayout<Int32>.stride }

  /// Bytes that the backward pass needs beside its results.
  public var scratchByteCount: Int { pixels * channels * MemoryLayout<Float>.stride }

  /// Pools one image.
  /// - Parameter winners: of all images; nil where no backward pass follows.
  public func forward(
    _ x: UnsafeRawPointer, image: Int, rows: Bounds, columns: Bounds, into y: UnsafeMutableRawPointer,
    winners: UnsafeMutablePointer<Int32>?
  ) {
    switch type {
    case .fp32:
      forward(
        x.assumingMemoryBound(to: Float.self), image, rows, columns, y.assumingMemoryBound(to: Float.self),
        winners)
    case .bf16:
      forward(
        x.assumingMemoryBound(to: BFloat16.self), image, rows, columns,
        y.assumingMemoryBound(to: BFloat16.self), winners)
    }
  }

  /// The gradient of the input, for all images. Where windows overlap, gradients are added in fp32.
  public func backward(
    _ dy: UnsafeRawPointer, winners: UnsafePointer<Int32>, into dx: UnsafeMutableRawPointer,
    scratch: UnsafeMutablePointer<Float>
  ) {
    switch type {
    case .fp32:
      backward(
        dy.assumingMemoryBound(to: Float.self), winners, dx.assumingMemoryBound(to: Float.self), scratch)
    case .bf16:
      backward(
        dy.assumingMemoryBound(to: BFloat16.self), winners, dx.assumingMemoryBound(to: BFloat16.self), scratch
      )
    }
  }

  private func forward<Number: ActivationNumber>(
    _ x: UnsafePointer<Number>, _ image: Int, _ rows: Bounds, _ columns: Bounds,
    _ y: UnsafeMutablePointer<Number>, _ winners: UnsafeMutablePointer<Int32>?
  ) {
    var output = 0
    for down in rows {
      for across in columns {
        let place = (output * images + image) * channels
        let (y, winners) = (y + place, winners.map { $0 + place })
        let first = Int(down.lowerBound) * width + Int(across.lowerBound)
        y.update(from: x + (first * images + image) * channels, count: channels)
        winners?.update(repeating: Int32(first), count: channels)
        for row in down {
          for column in across {
            let pixel = Int(row) * width + Int(column)
            let x = x + (pixel * images + image) * channels
            for c in 0..<channels where x[c].float > y[c].float || x[c].float.isNaN {
              y[c] = x[c]
              winners?[c] = Int32(pixel)
            }
          }
        }
        output += 1
      }
    }
  }

  private func backward<Number: ActivationNumber>(
    _ dy: UnsafePointer<Number>, _ winners: UnsafePointer<Int32>, _ dx: UnsafeMutablePointer<Number>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    for image in 0..<images {
      sums.update(repeating: 0, count: pixels * channels)
      for output in 0..<outputs {
        let place = (output * images + image) * channels
        for c in 0..<channels { sums[Int(winners[place + c]) * channels + c] += dy[place + c].float }
      }
      for pixel in 0..<pixels {
        let dx = dx + (pixel * images + image) * channels
        for c in 0..<channels { dx[c] = Number(sums[pixel * channels + c]) }
      }
    }
  }
}
