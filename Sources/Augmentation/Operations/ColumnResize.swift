/// The second pass of a resize: rows of words become an image of a new height.
struct ColumnResize {
  let rows: WordRows
  /// How many rows there are.
  let count: Int

  func result(size: ImageSize, channels: Int) -> PixelBuffer {
    let filter = ResizeFilter(from: count, to: size.height)
    let length = size.width * channels
    var result = PixelBuffer(width: size.width, height: size.height, channels: channels)
    let pairs = filter.pairs.span
    let source = rows.words.span.bytes
    var target = result.bytes.mutableSpan
    var pair = 0
    for (line, run) in filter.runs.enumerated() {
      let weights = pairs.extracting(pair..<pair + run.pairs)
      pair += run.pairs
      let start = line * length
      for column in stride(from: 0, to: length, by: 8) {
        let lanes = eight(source, from: run.first, column: column, weights: weights)
        // What reaches into the next row is overwritten by it; behind the last row there is no room.
        if start + column + 8 <= target.count {
          var bytes = target.mutableBytes
          bytes.set(lanes, at: start &+ column)
        } else {
          for index in 0..<length - column { target[start + column + index] = lanes[index] }
        }
      }
    }
    return result
  }

  /// Eight values of an output row.
  @inline(__always)
  private func eight(
    _ source: RawSpan, from first: Int, column: Int, weights: Span<ResizeFilter.PairWeights>
  ) -> SIMD8<UInt8> {
    var (leftUpper, rightUpper) = (SIMD4<Int32>.zero, SIMD4<Int32>.zero)
    var (leftLower, rightLower) = (SIMD4(repeating: ResizeFilter.half), SIMD4(repeating: ResizeFilter.half))
    var input = first &* rows.stride &+ column
    // Where the last pair has one row only, that row stands in for the missing one, which has no weight.
    let last = (count &- 1) &* rows.stride &+ column
    for pair in weights.indices {
      let weight = weights[pair]
      var lanes = SIMD16<Int16>()
      lanes.evenHalf = source.eightWords(at: input)
      lanes.oddHalf = source.eightWords(at: min(input &+ rows.stride, last))
      leftUpper &+= pairSums(lanes.lowHalf, weight.upper)
      leftLower &+= pairSums(lanes.lowHalf, weight.lower)
      rightUpper &+= pairSums(lanes.highHalf, weight.upper)
      rightLower &+= pairSums(lanes.highHalf, weight.lower)
      input &+= 2 &* rows.stride
    }
    let words = SIMD8(
      lowHalf: ResizeFilter.values(upper: leftUpper, lower: leftLower),
      highHalf: ResizeFilter.values(upper: rightUpper, lower: rightLower))
    return SIMD8<UInt8>(truncatingIfNeeded: words)
  }
}
