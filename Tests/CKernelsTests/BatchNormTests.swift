import CKernels
import Testing

@Suite struct BatchNormTests {
  static let shapes = [(1, 1), (5, 3), (7, 10), (130, 16), (96, 24), (65, 33), (515, 64), (9, 530)]

  struct Case: CustomTestStringConvertible {
    let variant: ck_variant, type: ck_type, rows: Int, channels: Int
    var kernels: ck_kernels { ck_kernels_of(variant).pointee }
    var testDescription: String { "variant \(variant.rawValue), \(type), \(rows) x \(channels)" }
  }

  static let cases = variants.flatMap { variant in
    types.flatMap { type in
      shapes.map { Case(variant: variant, type: type, rows: $0.0, channels: $0.1) }
    }
  }

  /// The sum of each channel of values [rows][channels].
  static func columnSums(_ values: [Double], _ channels: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: channels)
    for (i, value) in values.enumerated() { sums[i % channels] += value }
    return sums
  }

  // Sums of up to 512 values run in fp32: an error of at most 512 * 2^-24 of the sum of magnitudes, and in
  // practice a tenth of it. Tolerances of sums below are 2^-17 of the sum of magnitudes.

  @Test(arguments: cases) func statistics(_ c: Case) {
    // Far from zero, and the first row further still.
    let far: Float = c.type == CK_BF16 ? 3 : 1000
    var input = noise(c.rows * c.channels, seed: 1).map { far + $0 }
    for i in 0..<c.channels { input[i] += far }
    let x = GuardedTensor(c.type, input)
    let mean = GuardedTensor(CK_F32, count: c.channels), variance = GuardedTensor(CK_F32, count: c.channels)
    c.kernels.bn_statistics!(c.type, x.pointer, c.rows, c.channels, mean.floats, variance.floats)

    let rows = Double(c.rows)
    let centre = Self.columnSums(x.values, c.channels).map { $0 / rows }
    let squares = x.values.enumerated().map {
      ($1 - centre[$0 % c.channels]) * ($1 - centre[$0 % c.channels])
    }
    // 16 rows are summed as differences from the first row, which are as large as `far`.
    #expect(agree(mean.values, centre, relative: 0x1p-22, absolute: 0) == .agree)
    #expect(
      agree(
        variance.values, Self.columnSums(squares, c.channels).map { $0 / rows }, relative: 0x1p-16,
        absolute: 0) == .agree)
    #expect(mean.isGuarded && variance.isGuarded)
  }

  @Test func finishedSumsAreMeanAndVariance() {
    var mean: [Float] = [0, 0], variance: [Float] = [0, 0]
    // Channel 0 holds 1, 2, 3, 6. Channel 1's rounded sums would make the variance negative.
    ck_bn_finish_sums([12, 4, 50, 3.9999998], 4, 2, &mean, &variance)
    #expect(mean == [3, 1])
    #expect(variance == [3.5, 0])
  }

  @Test(arguments: cases) func forward(_ c: Case) {
    let count = c.rows * c.channels
    let x = GuardedTensor(c.type, noise(count, seed: 2)),
      residual = GuardedTensor(c.type, noise(count, seed: 3))
    let factor = noise(c.channels, seed: 4), offset = noise(c.channels, seed: 5)
    for (withResidual, relu) in [(false, false), (false, true), (true, false), (true, true)] {
      let y = GuardedTensor(c.type, count: count)
      c.kernels.bn_forward!(
        c.type, x.pointer, c.rows, c.channels, factor, offset, withResidual ? residual.pointer : nil, relu,
        y.pointer)
      let expected = (0..<count).map { i in
        let channel = i % c.channels
        let value =
          x[i] * Double(factor[channel]) + Double(offset[channel]) + (withResidual ? residual[i] : 0)
        return relu ? max(value, 0) : value
      }
      // One rounding to the type, and up to three fp32 roundings of values up to 3.
      #expect(agree(y.values, expected, relative: c.type.rounding, absolute: 3 * 3 * 0x1p-24) == .agree)
      #expect(y.isGuarded)
    }
  }

  @Test(arguments: cases) func backward(_ c: Case) {
    let count = c.rows * c.channels, rows = Double(c.rows)
    let x = GuardedTensor(c.type, noise(count, seed: 6)), dy = GuardedTensor(c.type, noise(count, seed: 7))
    let factor = noise(c.channels, seed: 8), offset = noise(c.channels, seed: 9).map { $0 * 0.3 }
    let mean = noise(c.channels, seed: 10), deviation = noise(c.channels, seed: 11).map { 1.5 + $0 }
    let scale = noise(c.channels, seed: 12)
    let output = GuardedTensor(c.type, noise(count, seed: 13).map { max($0, 0) })
    for (relu, withY) in [(false, false), (true, false), (true, true)] {
      let g = GuardedTensor(c.type, count: count)
      let dScale = GuardedTensor(CK_F32, count: c.channels), dShift = GuardedTensor(CK_F32, count: c.channels)
      c.kernels.bn_backward_sums!(
        c.type, dy.pointer, x.pointer, withY ? output.pointer : nil, c.rows, c.channels, relu, factor, offset,
        mean, deviation, withY ? g.pointer : nil, dScale.floats, dShift.floats)

      let gradient = (0..<count).map { i in
        // Exact in double: a product of two floats, compared with a float.
        let forward =
          withY ? output[i] : x[i] * Double(factor[i % c.channels]) + Double(offset[i % c.channels])
        return relu && !(forward > 0) ? 0 : dy[i]
      }
      let normal = (0..<count).map {
        (x[$0] - Double(mean[$0 % c.channels])) * Double(deviation[$0 % c.channels])
      }
      if withY { #expect(g.values == gradient) }
      let sums = Self.columnSums(gradient, c.channels)
      let products = Self.columnSums((0..<count).map { gradient[$0] * normal[$0] }, c.channels)
      // Magnitudes are at most 1, and 1 * 2 * 2.5.
      #expect(agree(dShift.values, sums, relative: 0, absolute: rows * 0x1p-17) == .agree)
      #expect(agree(dScale.values, products, relative: 0, absolute: 5 * rows * 0x1p-17) == .agree)

      let dx = GuardedTensor(c.type, count: count)
      let stored = withY ? g : dy
      c.kernels.bn_backward_data!(
        c.type, stored.pointer, x.pointer, nil, c.rows, c.channels, relu && !withY, factor, offset, mean,
        deviation, scale, dScale.floats, dShift.floats, dx.pointer)
      let expected = (0..<count).map { i in
        let channel = i % c.channels
        return Double(scale[channel]) * Double(deviation[channel])
          * (gradient[i] - dShift[channel] / rows - normal[i] * dScale[channel] / rows)
      }
      // Terms are at most 2.5 * (1 + 1 + 25); about eight fp32 roundings of each.
      #expect(agree(dx.values, expected, relative: c.type.rounding, absolute: 70 * 8 * 0x1p-24) == .agree)
      #expect(g.isGuarded && dScale.isGuarded && dShift.isGuarded && dx.isGuarded)
    }
  }

  @Test(arguments: cases) func columnSums(_ c: Case) {
    let dy = GuardedTensor(c.type, noise(c.rows * c.channels, seed: 14))
    let sums = GuardedTensor(CK_F32, count: c.channels)
    c.kernels.column_sums!(c.type, dy.pointer, c.rows, c.channels, sums.floats)
    #expect(
      agree(
        sums.values, Self.columnSums(dy.values, c.channels), relative: 0, absolute: Double(c.rows) * 0x1p-17)
        == .agree)
    #expect(sums.isGuarded)
  }

  @Test(arguments: variants) func nanStays(_ variant: ck_variant) {
    for type in types {
      let x = GuardedTensor(type, [Float](repeating: .nan, count: 40)), y = GuardedTensor(type, count: 40)
      let ones = [Float](repeating: 1, count: 40)
      ck_kernels_of(variant).pointee.bn_forward!(type, x.pointer, 1, 40, ones, ones, nil, true, y.pointer)
      #expect(y.values.allSatisfy { $0.isNaN })
    }
  }
}
