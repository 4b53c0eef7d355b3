import CKernels
import Testing

@Suite struct ElementwiseTests {
  @Test(arguments: variants) func matchOracle(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    for type in types {
      for count in [1, 15, 16, 100, 259] {
        let a = GuardedTensor(type, noise(count, seed: 1)), b = GuardedTensor(type, noise(count, seed: 2))
        let y = GuardedTensor(type, count: count)
        kernels.relu!(type, a.pointer, count, y.pointer)
        #expect(y.values == a.values.map { max($0, 0) })
        kernels.relu_backward!(type, a.pointer, b.pointer, count, y.pointer)
        #expect(y.values == (0..<count).map { b[$0] > 0 ? a[$0] : 0 })
        let sums = (0..<count).map { a[$0] + b[$0] }
        kernels.add!(type, a.pointer, b.pointer, count, y.pointer)
        #expect(agree(y.values, sums, relative: type.rounding, absolute: 0x1p-24) == .agree)
        kernels.add_relu!(type, a.pointer, b.pointer, count, y.pointer)
        #expect(
          agree(y.values, sums.map { max($0, 0) }, relative: type.rounding, absolute: 0x1p-24) == .agree)
        #expect(y.isGuarded)
      }
    }
  }

  @Test(arguments: variants) func nanStaysAndHasNoGradient(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    for type in types {
      let x = GuardedTensor(type, [Float](repeating: .nan, count: 33)), y = GuardedTensor(type, count: 33)
      kernels.relu!(type, x.pointer, 33, y.pointer)
      #expect(y.values.allSatisfy { $0.isNaN })
      let dy = GuardedTensor(type, [Float](repeating: 1, count: 33)), dx = GuardedTensor(type, count: 33)
      kernels.relu_backward!(type, dy.pointer, y.pointer, 33, dx.pointer)
      #expect(dx.values.allSatisfy { $0 == 0 })
    }
  }
}
