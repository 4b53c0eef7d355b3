import CKernels
import Testing

@Suite struct ScaleTests {
  @Test(arguments: variants) func matchesItsFormula(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    for type in types {
      for (rows, columns) in [(1, 1), (7, 3), (40, 16), (300, 37)] {
        let count = rows * columns
        let x = GuardedTensor(type, noise(count, seed: 1)), dy = GuardedTensor(type, noise(count, seed: 2))
        let factors = noise(columns, seed: 3)
        let y = GuardedTensor(type, count: count), sums = GuardedTensor(CK_F32, count: columns)
        kernels.scale_columns!(type, x.pointer, rows, columns, factors, y.pointer)
        #expect(
          agree(
            y.values, (0..<count).map { x[$0] * Double(factors[$0 % columns]) }, relative: type.rounding,
            absolute: 0x1p-24) == .agree)
        let expected = (0..<columns).map { column in
          (0..<rows).reduce(0) { $0 + x[$1 * columns + column] * dy[$1 * columns + column] }
        }
        let sumPointer = sums.floats
        kernels.scale_columns_backward!(
          type, dy.pointer, x.pointer, rows, columns, factors, y.pointer, sumPointer)
        #expect(
          agree(
            y.values, (0..<count).map { dy[$0] * Double(factors[$0 % columns]) }, relative: type.rounding,
            absolute: 0x1p-24) == .agree)
        #expect(agree(sums.values, expected, relative: 1e-5, absolute: 1e-4) == .agree)
        kernels.scale_columns_backward!(
          type, dy.pointer, x.pointer, rows, columns, factors, nil, sumPointer)
        #expect(agree(sums.values, expected, relative: 1e-5, absolute: 1e-4) == .agree)
        #expect(y.isGuarded && sums.isGuarded)
      }
    }
  }
}
