import CKernels
import Testing

@Suite struct BatchNormTests {
  static let shapes = [(1, 1), (5, 3), (7, 10), (130, 16), (96, 24), (65, 33), (515, 64), (9, 530)]

  struct Case: CustomTestStringConvertible {
    let type: ck_type, rows: Int, channels: Int
    var testDescription: String { "\(type.rawValue == 1 ? "bf16" : "fp32"), \(rows) x \(channels)" }
  }

  static let cases = types.flatMap { type in
    shapes.map { Case(type: type, rows: $0.0, channels: $0.1) }
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
    let x = GuardedTensor(c.type, input), values = x.values, rows = Double(c.rows)
    let centre = Self.columnSums(values, c.channels).map { $0 / rows }
    let squares = values.enumerated().map { ($1 - centre[$0 % c.channels]) * ($1 - centre[$0 % c.channels]) }
    let spread = Self.columnSums(squares, c.channels).map { $0 / rows }
    for variant in variants {
      let mean = GuardedTensor(CK_F32, count: c.channels), variance = GuardedTensor(CK_F32, count: c.channels)
      ck_kernels_of(variant).pointee.bn_statistics!(
        c.type, x.pointer, c.rows, c.channels, mean.floats, variance.floats)
      // 16 rows are summed as differences from the first row, which are as large as `far`.
      #expect(agree(mean.values, centre, relative: 0x1p-22, absolute: 0) == .agree, "\(variant)")
      #expect(agree(variance.values, spread, relative: 0x1p-16, absolute: 0) == .agree, "\(variant)")
      #expect(mean.isGuarded && variance.isGuarded, "\(variant)")
    }
  }

  @Test func finishedSumsAreMeanAndVariance() {
    var mean: [Float] = [0, 0], variance: [Float] = [0, 0]
    // Channel 0 holds 1, 2, 3, 6. Channel 1's rounded sums would make the variance negative.
    ck_bn_finish_sums([12, 4, 50, 3.9999998], 4, 2, &mean, &variance)
    #expect(mean == [3, 1])
    #expect(variance == [3.5, 0])
  }

  @Test(arguments: cases, [false, true]) func forward(_ c: Case, withResidual: Bool) {
    let count = c.rows * c.channels
    let x = GuardedTensor(c.type, noise(count, seed: 2)),
      residual = GuardedTensor(c.type, noise(count, seed: 3))
    let factor = noise(c.channels, seed: 4), offset = noise(c.channels, seed: 5)
    let expected = (0..<count).map { i in
      let channel = i % c.channels
      return x[i] * Double(factor[channel]) + Double(offset[channel]) + (withResidual ? residual[i] : 0)
    }
    for (variant, relu) in variants.flatMap({ [($0, false), ($0, true)] }) {
      let y = GuardedTensor(c.type, count: count)
      ck_kernels_of(variant).pointee.bn_forward!(
        c.type, x.pointer, c.rows, c.channels, factor, offset, withResidual ? residual.pointer : nil, relu,
        y.pointer)
      let output = relu ? expected.map { max($0, 0) } : expected
      // One rounding to the type, and up to three fp32 roundings of values up to 3.
      #expect(
        agree(y.values, output, relative: c.type.rounding, absolute: 3 * 3 * 0x1p-24) == .agree, "\(variant)")
      #expect(y.isGuarded, "\(variant)")
    }
  }

  @Test(arguments: cases, [(false, false), (true, false), (true, true)])
  func backward(_ c: Case, _ mask: (relu: Bool, fromY: Bool)) {
    let count = c.rows * c.channels, rows = Double(c.rows)
    let x = GuardedTensor(c.type, noise(count, seed: 6)), dy = GuardedTensor(c.type, noise(count, seed: 7))
    let factor = noise(c.channels, seed: 8), offset = noise(c.channels, seed: 9).map { $0 * 0.3 }
    let mean = noise(c.channels, seed: 10), deviation = noise(c.channels, seed: 11).map { 1.5 + $0 }
    let scale = noise(c.channels, seed: 12)
    let output = GuardedTensor(c.type, noise(count, seed: 13).map { max($0, 0) })
    let gradient = (0..<count).map { i in
      // Exact in double: a product of two floats, compared with a float.
      let forward =
        mask.fromY ? output[i] : x[i] * Double(factor[i % c.channels]) + Double(offset[i % c.channels])
      return mask.relu && !(forward > 0) ? 0 : dy[i]
    }
    let normal = (0..<count).map {
      (x[$0] - Double(mean[$0 % c.channels])) * Double(deviation[$0 % c.channels])
    }
    let sums = Self.columnSums(gradient, c.channels)
    let products = Self.columnSums(zip(gradient, normal).map { $0 * $1 }, c.channels)
    let data = (0..<count).map { i in
      let channel = i % c.channels
      return Double(scale[channel]) * Double(deviation[channel])
        * (gradient[i] - sums[channel] / rows - normal[i] * products[channel] / rows)
    }
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let g = GuardedTensor(c.type, count: count), dx = GuardedTensor(c.type, count: count)
      let dScale = GuardedTensor(CK_F32, count: c.channels), dShift = GuardedTensor(CK_F32, count: c.channels)
      kernels.bn_backward_sums!(
        c.type, dy.pointer, x.pointer, mask.fromY ? output.pointer : nil, c.rows, c.channels, mask.relu,
        factor,
        offset, mean, deviation, mask.fromY ? g.pointer : nil, dScale.floats, dShift.floats)
      if mask.fromY { #expect(g.values == gradient, "\(variant)") }
      // Magnitudes are at most 1, and 1 * 2 * 2.5.
      #expect(agree(dShift.values, sums, relative: 0, absolute: rows * 0x1p-17) == .agree, "\(variant)")
      #expect(
        agree(dScale.values, products, relative: 0, absolute: 5 * rows * 0x1p-17) == .agree, "\(variant)")

      kernels.bn_backward_data!(
        c.type, mask.fromY ? g.pointer : dy.pointer, x.pointer, nil, c.rows, c.rows,
        c.channels, mask.relu && !mask.fromY, factor, offset, mean, deviation, scale, dScale.floats,
        dShift.floats,
        dx.pointer)
      // The sums' errors above, times 2.5 and 2.5 * 5; and about eight fp32 roundings of terms of at most 70.
      let rounding = (2.5 + 5 * 12.5) * 0x1p-17 + 70 * 8 * 0x1p-24
      #expect(agree(dx.values, data, relative: c.type.rounding, absolute: rounding) == .agree, "\(variant)")
      #expect(g.isGuarded && dScale.isGuarded && dShift.isGuarded && dx.isGuarded, "\(variant)")
    }
  }

  @Test(arguments: cases) func columnSums(_ c: Case) {
    let dy = GuardedTensor(c.type, noise(c.rows * c.channels, seed: 14))
    let expected = Self.columnSums(dy.values, c.channels)
    for variant in variants {
      let sums = GuardedTensor(CK_F32, count: c.channels)
      ck_kernels_of(variant).pointee.column_sums!(c.type, dy.pointer, c.rows, c.channels, sums.floats)
      #expect(
        agree(sums.values, expected, relative: 0, absolute: Double(c.rows) * 0x1p-17) == .agree, "\(variant)")
      #expect(sums.isGuarded, "\(variant)")
    }
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
