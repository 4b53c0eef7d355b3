/// A box of an image comes from another one: its area is a share drawn from the distribution Beta(alpha, alpha), less
/// what of it lies beyond the image. Labels are mixed by the area that is really there.
///
/// Source: Yun, Han, Oh, Chun, Choe, Yoo, "CutMix: regularization strategy to train strong classifiers with
/// localizable features", ICCV 2019, equation 2 and algorithm 1; one box is drawn for a batch.
public struct CutMix: Equatable, Sendable {
  /// Above 0: below 1 boxes are mostly either small or nearly all of the image, at 1 all areas are alike, above 1 most
  /// are near a half.
  public var alpha: Double

  /// Creates a CutMix.
  public init(alpha: Double) { self.alpha = alpha }

  /// Draws a box: its sides are `sqrt(1 - share)` of the image's, and its middle is anywhere in it.
  public func plan(for size: ImageSize, key: SampleKey) -> Plan {
    var draws = RandomStream(key, path: "cutmix")
    let side = (1 - draws.beta(alpha, alpha)).squareRoot()
    let columns = Self.range(of: side, in: size.width, around: draws.integer(in: 0...size.width - 1))
    let rows = Self.range(of: side, in: size.height, around: draws.integer(in: 0...size.height - 1))
    return Plan(columns: columns, rows: rows, size: size)
  }

  private static func range(of share: Double, in length: Int, around middle: Int) -> Range<Int> {
    let half = Int(share * Double(length)) / 2
    return max(0, middle - half)..<min(length, middle + half)
  }

  /// A box.
  public struct Plan: Equatable, Sendable {
    /// Where the box is, in pixels.
    public let columns, rows: Range<Int>
    /// Of the images.
    public let size: ImageSize

    /// Creates a plan whose box lies within the size.
    public init(columns: Range<Int>, rows: Range<Int>, size: ImageSize) {
      precondition(
        columns.lowerBound >= 0 && columns.upperBound <= size.width && rows.lowerBound >= 0
          && rows.upperBound <= size.height, "the box is within the image")
      self.columns = columns
      self.rows = rows
      self.size = size
    }

    /// The share of an image that stays, 0...1.
    public var share: Double {
      1 - Double(columns.count * rows.count) / Double(size.width * size.height)
    }

    /// Swaps the box of two images of planes, `[channels, height, width]`.
    func apply(to first: inout MutableSpan<Float>, and second: inout MutableSpan<Float>) {
      let plane = size.width * size.height
      precondition(first.count == second.count && first.count % plane == 0, "images of a batch have one size")
      for start in stride(from: 0, to: first.count, by: plane) {
        for row in rows {
          let left = start + row * size.width
          for i in left + columns.lowerBound..<left + columns.upperBound {
            let value = first[i]
            first[i] = second[i]
            second[i] = value
          }
        }
      }
    }

    /// Swaps the box of two images of interleaved bytes.
    func apply(to first: inout PixelBuffer, and second: inout PixelBuffer) throws(AugmentationError) {
      let got = ImageSize(width: first.width, height: first.height)
      guard got == size else { throw .planMismatch(expected: "images of \(size)", got: "\(got)") }
      let channels = first.channels
      for row in rows {
        let left = row * size.width
        for i in (left + columns.lowerBound) * channels..<(left + columns.upperBound) * channels {
          let value = first.bytes[i]
          first.bytes[i] = second.bytes[i]
          second.bytes[i] = value
        }
      }
    }
  }
}
