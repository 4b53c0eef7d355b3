import Randomness

/// A draw for each value of one image of a tensor, numbered pixel by pixel, channels innermost, whatever the order in
/// memory.
struct ImageDraws {
  /// Draws that are made at once, on the stack.
  static let chunk = 256

  let image, images, channels, pixels: Int
  /// Any that is not `opaque`.
  let order: Layout.Order
  let type: NumberType
  /// Keyed by the image and the layer.
  let stream: RandomStream

  /// Calls `body` for runs of values that follow each other in memory, and sets what pads the channels in `y` to 0.
  /// - Parameters:
  ///   - didDraw: called with each new chunk of draws, before they are used.
  ///   - body: gets where the run begins in the tensor, in bytes, the number of its first draw within the chunk, and
  ///     how many values it has.
  @inline(__always)
  func forEachRun(
    padding y: UnsafeMutableRawPointer, didDraw: (UnsafePointer<UInt32>) -> Void,
    _ body: (_ place: Int, _ draws: UnsafePointer<UInt32>, _ first: Int, _ count: Int) -> Void
  ) {
    let innermost = order == .nhwc || order == .hwnc
    let block = order == .nchw16c ? 16 : order == .nchw8c ? 8 : innermost ? channels : 1
    let lanes = (channels + block - 1) / block
    let size = type.byteCount
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.chunk) { buffer in
      guard let draws = buffer.baseAddress else { return }
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
              source.fill(draws, from: made, count: Self.chunk)
              didDraw(draws)
              made += Self.chunk
            }
            let n = min(count - done, made - used)
            body((start + done) * size, draws, used + Self.chunk - made, n)
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
