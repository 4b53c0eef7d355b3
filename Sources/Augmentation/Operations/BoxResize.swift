/// A rectangle of the image, resized.
public struct BoxResize: TransformPlan {
  /// The rectangle: its left column and upper row.
  public let x, y: Int
  /// The rectangle's size.
  public let box: ImageSize
  /// The size after.
  public let size: ImageSize

  /// The size after.
  public func outputSize(for size: ImageSize) -> ImageSize { self.size }

  /// Crops and resizes: the pixels outside the rectangle have no influence.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    guard size.isValid, box.isValid, (0...image.width).contains(x), (0...image.height).contains(y),
      x + box.width <= image.width, y + box.height <= image.height
    else {
      throw .planMismatch(
        expected: "a box within \(ImageSize(of: image))", got: "\(box) at \(x), \(y), resized to \(size)")
    }
    if box == size {
      try Crop(x: x, y: y, size: size, fill: 0).apply(to: &image)
      return
    }
    // Colours behind no alpha must not bleed into their neighbours, so RGBA is resized premultiplied.
    if image.channels == 4 { image.premultiply() }
    let narrow = Self.resizeRows(of: image, x: x, y: y, box: box, width: size.width)
    image = Self.resizeColumns(of: narrow, height: size.height)
    if image.channels == 4 { image.unpremultiply() }
  }
}

extension BoxResize {
  /// The box at its new width, with its old height.
  private static func resizeRows(of image: PixelBuffer, x: Int, y: Int, box: ImageSize, width: Int)
    -> PixelBuffer
  {
    var result = PixelBuffer(width: width, height: box.height, channels: image.channels)
    let filter = ResizeFilter(from: box.width, to: width)
    let stride = image.width * image.channels
    for row in 0..<box.height {
      let from = (y + row) * stride + x * image.channels
      let to = row * width * image.channels
      switch image.channels {
      case 1: resizeRow(image.bytes.span, from: from, by: filter, channels: 1, into: &result.bytes, at: to)
      case 3: resizeRow(image.bytes.span, from: from, by: filter, channels: 3, into: &result.bytes, at: to)
      default: resizeRow(image.bytes.span, from: from, by: filter, channels: 4, into: &result.bytes, at: to)
      }
    }
    return result
  }

  // Inlined with a constant number of channels, so that the sums stay in registers.
  @inline(__always)
  private static func resizeRow(
    _ source: Span<UInt8>, from: Int, by filter: ResizeFilter, channels: Int, into bytes: inout [UInt8],
    at to: Int
  ) {
    var target = bytes.mutableSpan
    let weights = filter.weights.span
    for (index, run) in filter.runs.enumerated() {
      var sums = SIMD4<Int32>(repeating: 1 << (ResizeFilter.precision - 1))
      var input = from + run.first * channels
      var tap = index * filter.taps
      for _ in 0..<run.count {
        let weight = weights[tap]
        for channel in 0..<channels { sums[channel] &+= Int32(source[input + channel]) &* weight }
        input += channels
        tap += 1
      }
      for channel in 0..<channels { target[to + index * channels + channel] = clipped(sums[channel]) }
    }
  }

  /// The image at its new height.
  private static func resizeColumns(of image: PixelBuffer, height: Int) -> PixelBuffer {
    let filter = ResizeFilter(from: image.height, to: height)
    let stride = image.width * image.channels
    var result = PixelBuffer(width: image.width, height: height, channels: image.channels)
    var sums = [Int32](repeating: 0, count: stride)
    for (index, run) in filter.runs.enumerated() {
      for column in 0..<stride { sums[column] = 1 << (ResizeFilter.precision - 1) }
      for tap in 0..<run.count {
        accumulate(
          image.bytes.span.extracting((run.first + tap) * stride..<(run.first + tap + 1) * stride),
          weight: filter.weights[index * filter.taps + tap], into: &sums)
      }
      var target = result.bytes.mutableSpan
      for column in 0..<stride { target[index * stride + column] = clipped(sums[column]) }
    }
    return result
  }

  private static func accumulate(_ row: Span<UInt8>, weight: Int32, into sums: inout [Int32]) {
    var sums = sums.mutableSpan
    for column in row.indices { sums[column] &+= Int32(row[column]) &* weight }
  }

  @inline(__always)
  private static func clipped(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> ResizeFilter.precision, 0), 255))
  }
}
