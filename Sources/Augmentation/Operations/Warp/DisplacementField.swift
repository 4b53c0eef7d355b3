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

  func fill(_ positions: FieldRow, row: Int) {
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
        padded.withUnsafeMutableBufferPointer { padded in
          result.withUnsafeMutableBufferPointer { result in
            guard let between = between.baseAddress, let padded = padded.baseAddress,
              let result = result.baseAddress
            else { return }
            for row in 0..<height {
              for (index, column) in columns.enumerated() { padded[index] = plane[row * width + column] }
              addTaps(into: between + row * width, count: width) { padded + $0 }
            }
            for row in 0..<height {
              addTaps(into: result + row * width, count: width) { between + lines[row + $0] * width }
            }
          }
        }
      }
    }
    return result
  }

  /// Adds the weighted rows of all taps to a row, four at a time.
  @inline(__always)
  private func addTaps(
    into target: UnsafeMutablePointer<Float>, count: Int, row: (Int) -> UnsafeMutablePointer<Float>
  ) {
    var tap = 0
    while tap + 4 <= weights.count {
      let (a, b, c, d) = (row(tap), row(tap + 1), row(tap + 2), row(tap + 3))
      let (p, q, r, s) = (weights[tap], weights[tap + 1], weights[tap + 2], weights[tap + 3])
      for i in 0..<count { target[i] += (p * a[i] + q * b[i]) + (r * c[i] + s * d[i]) }
      tap += 4
    }
    while tap < weights.count {
      let (a, p) = (row(tap), weights[tap])
      for i in 0..<count { target[i] += p * a[i] }
      tap += 1
    }
  }
}
