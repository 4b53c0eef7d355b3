/// What lies between the two passes of a resize: rows of values as 16-bit words, in which neighbours can be
/// multiplied and added at once. A row's end is padded, so that a loop may take eight words at a time.
struct WordRows {
  /// The distance from one row to the next.
  let stride: Int
  /// All rows, and room for eight words behind the last one.
  var words: [Int16]

  init(count: Int, length: Int) {
    stride = (length + 7) / 8 * 8
    words = [Int16](repeating: 0, count: count * stride + 8)
  }
}
