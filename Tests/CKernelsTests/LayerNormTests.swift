import CKernels
import Testing

/// Layer norm over rows, in every variant, against double.
@Suite struct LayerNormTests {
  struct Case: CustomTestStringConvertible {
    let variant: ck_variant, type: ck_type, rows: Int, channels: Int, affine: Bool
    var testDescription: String {
      "variant \(variant.rawValue), \(type == CK_BF16 ? "bf16" : "fp32"), \(rows) x \(channels), \(affine)"
    }
  }

  static let cases = variants.flatMap { variant in
    types.flatMap { type in
      [(1, 1), (3, 5), (7, 16), (2, 33), (5, 96), (515, 4)].flatMap { rows, channels in
        [false, true].map {
          Case(variant: variant, type: type, rows: rows, channels: channels, affine: $0)
        }
      }
    }
  }

  @Test(arguments: cases) func agreesWithDouble(_ c: Case) {
    let kernels = ck_kernels_of(c.variant).pointee, n = c.rows * c.channels
    let x = GuardedTensor(c.type, noise(n, seed: 1).map { $0 * 2 + 3 })
    let dy = GuardedTensor(c.type, noise(n, seed: 2))
    let scale = GuardedTensor(CK_F32, noise(c.channels, seed: 3).map { $0 + 2 })
    let shift = GuardedTensor(CK_F32, noise(c.channels, seed: 4))
    let y = GuardedTensor(c.type, count: n), dx = GuardedTensor(c.type, count: n)
    let means = GuardedTensor(CK_F32, count: c.rows), inverses = GuardedTensor(CK_F32, count: c.rows)
    let scaleGradient = GuardedTensor(CK_F32, count: c.channels),
      shiftGradient = GuardedTensor(CK_F32, count: c.channels),
      sums = GuardedTensor(CK_F32, count: 2 * c.channels)
    kernels.layer_norm!(
      c.type, x.pointer, c.rows, c.channels, c.affine ? scale.floats : nil, c.affine ? shift.floats : nil,
      1e-3,
      y.pointer, means.floats, inverses.floats)
    kernels.layer_norm_backward!(
      c.type, dy.pointer, x.pointer, c.rows, c.channels, c.affine ? scale.floats : nil, means.floats,
      inverses.floats, dx.pointer, scaleGradient.floats, shiftGradient.floats, sums.floats)

    var output: [Double] = [], gradient: [Double] = []
    var scales = [Double](repeating: 0, count: c.channels), shifts = scales
    for row in 0..<c.rows {
      let places = row * c.channels..<(row + 1) * c.channels
      let values = places.map { x[$0] }, m = Double(c.channels)
      let mean = values.reduce(0, +) / m
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / m
      let inverse = 1 / (variance + Double(Float(1e-3))).squareRoot()
      let normed = values.map { ($0 - mean) * inverse }
      let g = places.map { dy[$0] * (c.affine ? scale[$0 - places.lowerBound] : 1) }
      let base = g.reduce(0, +) / m, slope = zip(g, normed).reduce(0) { $0 + $1.0 * $1.1 } / m
      for i in 0..<c.channels {
        output.append(c.affine ? normed[i] * scale[i] + shift[i] : normed[i])
        gradient.append((g[i] - base - normed[i] * slope) * inverse)
        scales[i] += dy[places.lowerBound + i] * normed[i]
        shifts[i] += dy[places.lowerBound + i]
      }
    }
    // One channel is its own mean: what is left is rounding, times the inverse of the root of epsilon.
    let slack = c.channels == 1 ? 1e-4 : 4e-6
    #expect(agree(y.values, output, relative: c.type.rounding + 4e-6, absolute: slack) == .agree)
    #expect(agree(dx.values, gradient, relative: c.type.rounding + 4e-6, absolute: 10 * slack) == .agree)
    let many = Double(c.rows).squareRoot() * 2e-5
    #expect(agree(scaleGradient.values, scales, relative: 1e-5, absolute: many) == .agree)
    #expect(agree(shiftGradient.values, shifts, relative: 1e-5, absolute: many) == .agree)
    #expect(
      [y, dx, means, inverses, scaleGradient, shiftGradient, sums].allSatisfy { $0.isGuarded })
  }

  @Test(arguments: variants) func gradientsThatNobodyWantsAreLeftOut(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    let x = GuardedTensor(CK_F32, noise(12, seed: 1)), dx = GuardedTensor(CK_F32, count: 12)
    let y = GuardedTensor(CK_F32, count: 12), sums = GuardedTensor(CK_F32, count: 8)
    let means = GuardedTensor(CK_F32, count: 3), inverses = GuardedTensor(CK_F32, count: 3)
    kernels.layer_norm!(
      CK_F32, x.pointer, 3, 4, nil, nil, 1e-5, y.pointer, means.floats, inverses.floats)
    kernels.layer_norm_backward!(
      CK_F32, x.pointer, x.pointer, 3, 4, nil, means.floats, inverses.floats, nil, nil, nil, sums.floats)
    #expect(dx.values.allSatisfy { $0.isNaN })
    kernels.layer_norm_backward!(
      CK_F32, x.pointer, x.pointer, 3, 4, nil, means.floats, inverses.floats, dx.pointer, nil, nil,
      sums.floats)
    #expect(dx.values.allSatisfy { !$0.isNaN })
  }
}
