import CKernels

/// A linear map from the pixels of one image size to those of another, the same for every image and channel, on
/// pixel-major tensors: adaptive average pooling, padding, and the way back from either.
public struct PixelMap: Sendable, Equatable {
  /// Pixels of the input and of the output.
  public let inputs, outputs: Int
  // Output pixel `p` is the sum of input pixels `at[t]` times `factors[t]` for `t` in `starts[p]..<starts[p + 1]`.
  private let starts, at: [Int32]
  private let factors: [Float]

  /// Creates a map.
  /// - Parameter terms: for every output pixel the input pixels that it is made of, each with its factor.
  public init(inputs: Int, _ terms: [[(pixel: Int, factor: Float)]]) {
    self.inputs = inputs
    outputs = terms.count
    starts = terms.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    at = terms.joined().map { Int32($0.pixel) }
    factors = terms.joined().map(\.factor)
  }

  /// The map of gradients back.
  public var transposed: PixelMap {
    var terms = [[(pixel: Int, factor: Float)]](repeating: [], count: inputs)
    for output in 0..<outputs {
      for t in Int(starts[output])..<Int(starts[output + 1]) {
        terms[Int(at[t])].append((output, factors[t]))
      }
    }
    return PixelMap(inputs: outputs, terms)
  }

  /// `y = map(x)`, for pixels that are rows of `lanes` numbers: images times channels.
  public func apply(
    _ x: UnsafeRawPointer, lanes: Int, type: NumberType, into y: UnsafeMutableRawPointer
  ) {
    starts.withUnsafeBufferPointer { starts in
      at.withUnsafeBufferPointer { at in
        factors.withUnsafeBufferPointer { factors in
          var map = ck_pixel_map(
            outputs: outputs, starts: starts.baseAddress, at: at.baseAddress, factors: factors.baseAddress)
          ck_map_pixels(type.own, &map, lanes, x, y)
        }
      }
    }
  }
}

extension PixelMap {
  /// The mean of each window of an image.
  /// - Parameters:
  ///   - rows: those of each row of windows, within the image.
  ///   - columns: those of each column of windows, within the image of `width` columns and `height` rows.
  ///   - divisors: rows and columns that each window counts, if not those within the image.
  public static func average(
    height: Int, width: Int, rows: [Range<Int>], columns: [Range<Int>],
    divisors: (rows: [Int], columns: [Int])? = nil
  ) -> PixelMap {
    var terms: [[(pixel: Int, factor: Float)]] = []
    for (i, down) in rows.enumerated() {
      for (j, across) in columns.enumerated() {
        let count = (divisors?.rows[i] ?? down.count) * (divisors?.columns[j] ?? across.count)
        terms.append(
          down.flatMap { row in across.map { (row * width + $0, 1 / Float(count)) } })
      }
    }
    return PixelMap(inputs: height * width, terms)
  }

  /// A pooling by means.
  public static func average(of geometry: PoolingGeometry) -> PixelMap {
    let counts = geometry.kind == .averageIncludingPadding
    func windows(_ size: Int, _ kernel: Int, _ output: Int) -> [(inside: Range<Int>, count: Int)] {
      (0..<output).map { i in
        let start = i * geometry.stride - geometry.padding
        let inside = max(start, 0)..<min(start + kernel, size)
        return (inside, counts ? min(start + kernel, size + geometry.padding) - start : inside.count)
      }
    }
    let rows = windows(geometry.inputHeight, geometry.kernelHeight, geometry.outputHeight)
    let columns = windows(geometry.inputWidth, geometry.kernelWidth, geometry.outputWidth)
    return average(
      height: geometry.inputHeight, width: geometry.inputWidth, rows: rows.map(\.inside),
      columns: columns.map(\.inside), divisors: (rows.map(\.count), columns.map(\.count)))
  }

  /// Each pixel of the output from the row and the column of the input that it is a copy of; zero where one is nil.
  public static func copies(height: Int, width: Int, rows: [Int?], columns: [Int?]) -> PixelMap {
    PixelMap(
      inputs: height * width,
      rows.flatMap { row in
        columns.map { column in
          if let row, let column { [(row * width + column, 1)] } else { [] }
        }
      })
  }
}
