/// The first pass of a resize: a box of an image at its new width, with its old height.
struct RowResize {
  let image: PixelBuffer
  let x, y: Int
  let box: ImageSize
  let width: Int

  func result() -> WordRows {
    var result = WordRows(count: box.height, length: width * image.channels)
    if box.width == width {
      for line in 0..<box.height { widen(line, into: &result.words, at: line * result.stride) }
      return result
    }
    let filter = ResizeFilter(from: box.width, to: width, startingEven: true)
    switch image.channels {
    case 1: resizeGrey(by: filter, into: &result)
    case 3: resizeColor(channels: 3, by: filter, into: &result)
    default: resizeColor(channels: 4, by: filter, into: &result)
    }
    return result
  }

  /// Where the values of a line of the box are.
  private func range(of line: Int) -> Range<Int> {
    let start = ((y + line) * image.width + x) * image.channels
    return start..<start + box.width * image.channels
  }

  private func widen(_ index: Int, into words: inout [Int16], at output: Int) {
    let source = image.bytes.span.extracting(range(of: index))
    var target = words.mutableSpan
    for index in source.indices { target[output + index] = Int16(source[index]) }
  }

  private func resizeGrey(by filter: ResizeFilter, into result: inout WordRows) {
    var row = [Int16](repeating: 0, count: box.width + 1)
    for line in 0..<box.height {
      widen(line, into: &row, at: 0)
      let (source, pairs) = (row.span, filter.pairs.span)
      var output = line * result.stride
      var target = result.words.mutableSpan
      var pair = 0
      for run in filter.runs {
        var upper: Int32 = 0
        var lower = ResizeFilter.half
        var input = run.first
        for _ in 0..<run.pairs {
          let weights = pairs[pair]
          let (first, second) = (Int32(source[input]), Int32(source[input &+ 1]))
          upper &+= first &* Int32(weights.upper[0]) &+ second &* Int32(weights.upper[1])
          lower &+= first &* Int32(weights.lower[0]) &+ second &* Int32(weights.lower[1])
          input &+= 2
          pair &+= 1
        }
        target[output] = ResizeFilter.values(upper: SIMD4(upper, 0, 0, 0), lower: SIMD4(lower, 0, 0, 0))[0]
        output &+= 1
      }
    }
  }

  // Inlined with a constant number of channels. A pair of lanes for each channel; with three of them the
  // fourth pair is nothing, and what it gives is overwritten by the next pixel.
  @inline(__always)
  private func resizeColor(channels: Int, by filter: ResizeFilter, into result: inout WordRows) {
    var row = [SIMD8<Int16>](repeating: .zero, count: (box.width + 1) / 2)
    for line in 0..<box.height {
      interleave(line, channels: channels, into: &row)
      let (source, pairs) = (row.span, filter.pairs.span)
      var output = line * result.stride
      var words = result.words.mutableSpan
      var target = words.mutableBytes
      var pair = 0
      for run in filter.runs {
        var upper = SIMD4<Int32>.zero
        var lower = SIMD4<Int32>(repeating: ResizeFilter.half)
        var input = run.first / 2
        for _ in 0..<run.pairs {
          let weights = pairs[pair]
          upper &+= pairSums(source[input], weights.upper)
          lower &+= pairSums(source[input], weights.lower)
          input &+= 1
          pair &+= 1
        }
        target.set(ResizeFilter.values(upper: upper, lower: lower), at: output)
        output &+= channels
      }
    }
  }

  /// Two pixels at a time, their channels side by side.
  @inline(__always)
  private func interleave(_ index: Int, channels: Int, into row: inout [SIMD8<Int16>]) {
    let source = image.bytes.span.extracting(range(of: index))
    var row = row.mutableSpan
    var input = 0
    for pair in 0..<source.count / (2 * channels) {
      var lanes = SIMD8<Int16>()
      for channel in 0..<channels {
        lanes[2 * channel] = Int16(source[input &+ channel])
        lanes[2 * channel + 1] = Int16(source[input &+ channels &+ channel])
      }
      row[pair] = lanes
      input &+= 2 &* channels
    }
    if input < source.count {
      var lanes = SIMD8<Int16>()
      for channel in 0..<channels { lanes[2 * channel] = Int16(source[input &+ channel]) }
      row[row.count - 1] = lanes
    }
  }
}
