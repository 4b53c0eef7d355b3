import CKernels
import Randomness

/// Normal numbers added to every value of an image, each drawn for it alone.
public enum NormalNoise {
  /// Draws that are made at once, on the stack.
  private static let chunk = 256

  /// Adds noise to one image of a tensor; `y` may be `x`.
  ///
  /// Draws are numbered pixel by pixel, channels innermost, whatever the order in memory. What pads the channels
  /// becomes 0.
  /// - Parameters:
  ///   - deviation: the standard deviation.
  ///   - x: the tensor, all of its images.
  ///   - order: any that is not `opaque`.
  ///   - stream: keyed by the image and the layer.
  public static func add(
    _ deviation: Float, to x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, image: Int, of images: Int,
    channels: Int, pixels: Int, order: Layout.Order, type: NumberType, stream: RandomStream
  ) {
    let innermost = order == .nhwc || order == .hwnc
    let block = order == .nchw16c ? 16 : order == .nchw8c ? 8 : innermost ? channels : 1
    let lanes = (channels + block - 1) / block
    let size = type.byteCount
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: chunk) { words in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: chunk) { numbers in
        guard let words = words.baseAddress, let numbers = numbers.baseAddress else { return }
        let source = RandomDraws(stream)
        var made = 0
        var used = 0
        for pixel in 0..<pixels {
          for lane in 0..<lanes {
            let start =
              order == .hwnc
              ? (pixel * images + image) * channels : ((image * lanes + lane) * pixels + pixel) * block
            let count = min(block, channels - lane * block)
            var done = 0
            while done < count {
              if used == made {
                source.fill(words, from: made, count: chunk)
                ck_normal(words, chunk, numbers)
                made += chunk
              }
              let n = min(count - done, made - used)
              let place = (start + done) * size
              add(deviation, numbers + (used + chunk - made), to: x + place, into: y + place, count: n, type)
              done += n
              used += n
            }
            if count < block {
              (y + (start + count) * size).initializeMemory(
                as: UInt8.self, repeating: 0, count: (block - count) * size)
            }
          }
        }
      }
    }
  }

  private static func add(
    _ deviation: Float, _ numbers: UnsafePointer<Float>, to x: UnsafeRawPointer,
    into y: UnsafeMutableRawPointer, count: Int, _ type: NumberType
  ) {
    switch type {
    case .fp32:
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      for i in 0..<count { y[i] = x[i] + deviation * numbers[i] }
    case .bf16:
      let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
      for i in 0..<count { y[i] = BFloat16(x[i].float + deviation * numbers[i]) }
    }
  }
}
