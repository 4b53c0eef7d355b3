/// A displacement of every pixel.
struct DisplacementField: SourceField {
  let width: Int
  /// How far to the right and down of a pixel its value comes from, in pixels, row by row.
  let x, y: [Float]

  /// A known displacement.
  init(x: [Float], y: [Float], width: Int) {
    self.x = x
    self.y = y
    self.width = width
  }

  /// A random displacement: uniform in -1...1, smoothed, and times half of alpha.
  init(alpha: Double, sigma: Double, seed: UInt32, size: ImageSize) {
    func plane(_ path: String) -> [Float] {
      var stream = RandomStream(SampleKey(seed: UInt64(seed), sample: 0), path: path)
      let scale = Float(alpha / 2)
      var values = [Float](repeating: 0, count: size.width * size.height)
      for index in values.indices { values[index] = (Float(stream.next() >> 8) * 0x1p-23 - 1) * scale }
      return GaussianSmoothing(sigma: sigma).smooth(values, size: size)
    }
    self.init(x: plane("Elastic/x"), y: plane("Elastic/y"), width: size.width)
  }

  func fill(_ positions: inout FieldRow, row: Int) {
    for column in 0..<width {
      positions.x[column] = Double(column) + Double(x[row * width + column])
      positions.y[column] = Double(row) + Double(y[row * width + column])
    }
  }
}

/// A Gaussian over a plane of numbers, mirrored at its borders; as torchvision's `gaussian_blur`, with the kernel that
/// its `ElasticTransform` takes: 8 sigma + 1 wide.
struct GaussianSmoothing {
  private let weights: [Float]

  init(sigma: Double) {
    let radius = sigma > 0 ? Int(8 * sigma + 1) / 2 : 0
    let values = (-radius...radius).map { x in
      radius == 0 ? 1 : exponential(-0.5 * (Double(x) / sigma) * (Double(x) / sigma))
    }
    let sum = values.reduce(0, +)
    weights = values.map { Float($0 / sum) }
  }

  /// The plane smoothed along its rows, then along its columns. O(area x sigma).
  func smooth(_ plane: [Float], size: ImageSize) -> [Float] {
    if weights.count == 1 { return plane }
    let (width, height, radius) = (size.width, size.height, weights.count / 2)
    let columns = (-radius..<width + radius).map { Border.reflect.index($0, count: width) }
    let lines = (-radius..<height + radius).map { Border.reflect.index($0, count: height) }
    var between = [Float](repeating: 0, count: plane.count)
    var result = between
    var padded = [Float](repeating: 0, count: columns.count)
    // Raw memory, entered once; every index is below the counts that the arrays above were made with.
    plane.withUnsafeBufferPointer { plane in
      between.withUnsafeMutableBufferPointer { between in
        for row in 0..<height {
          for (index, column) in columns.enumerated() { padded[index] = plane[row * width + column] }
          padded.withUnsafeBufferPointer { padded in
            for tap in weights.indices {
              let weight = weights[tap]
              for column in 0..<width { between[row &* width &+ column] += weight * padded[column &+ tap] }
            }
          }
        }
        result.withUnsafeMutableBufferPointer { result in
          for row in 0..<height {
            for tap in weights.indices {
              let weight = weights[tap]
              let source = lines[row + tap] * width
              for column in 0..<width {
                result[row &* width &+ column] += weight * between[source &+ column]
              }
            }
          }
        }
      }
    }
    return result
  }
}
