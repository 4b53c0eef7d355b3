/// A weighted sum of images of one size, in fp32.
struct ImageSum {
  private var values: [Float]

  init(_ image: PixelBuffer, share: Float) {
    values = image.bytes.map { Float($0) * share }
  }

  mutating func add(_ image: PixelBuffer, share: Float) {
    let source = image.bytes.span
    var sums = values.mutableSpan
    for index in sums.indices { sums[index] += Float(source[index]) * share }
  }

  /// Writes the sum, rounded down.
  func store(into image: inout PixelBuffer) {
    let sums = values.span
    var target = image.bytes.mutableSpan
    for index in sums.indices { target[index] = UInt8(min(max(sums[index], 0), 255)) }
  }
}
