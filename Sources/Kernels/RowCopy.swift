/// Rows of bytes copied between places where they lie at different distances: a part of the channels into or out
/// of a wider tensor.
public enum RowCopy {
  /// Copies `count` rows of `width` bytes.
  /// - Parameters:
  ///   - from: the first row; the next one is `distance` bytes on.
  ///   - into: where the first row goes; the next one goes `intoDistance` bytes on.
  public static func copy(
    _ from: UnsafeRawPointer, distance: Int, into: UnsafeMutableRawPointer, intoDistance: Int, width: Int,
    count: Int
  ) {
    for row in 0..<count {
      (into + row * intoDistance).copyMemory(from: from + row * distance, byteCount: width)
    }
  }

  /// Zeroes `count` rows of `width` bytes that lie `distance` bytes apart.
  public static func zero(_ rows: UnsafeMutableRawPointer, distance: Int, width: Int, count: Int) {
    for row in 0..<count {
      (rows + row * distance).initializeMemory(as: UInt8.self, repeating: 0, count: width)
    }
  }
}
