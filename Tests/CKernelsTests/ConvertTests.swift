import CKernels
import Testing

@Suite struct ConvertTests {
  @Test(arguments: variants) func roundsToNearestEven(_ variant: ck_variant) {
    // 1 + 2^-8 lies half-way between two bf16 numbers; the even one is 1. The largest fp32 rounds to infinity.
    let values: [Float] = [
      1, 1 + 0x1p-8, 1 + 0x1.8p-8, -2.5, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude, .nan,
    ]
    var bits = [UInt16](repeating: 0, count: values.count)
    ck_kernels_of(variant).pointee.convert!(CK_F32, values, CK_BF16, &bits, values.count)
    #expect(bits.prefix(9) == [0x3f80, 0x3f80, 0x3f81, 0xc020, 0x7f80, 0xff80, 0, 0x8000, 0x7f80])
    #expect(Float(bitPattern: UInt32(bits[9]) << 16).isNaN)
  }

  @Test(arguments: variants) func matchOracle(_ variant: ck_variant) {
    let convert = ck_kernels_of(variant).pointee.convert!
    for count in [1, 16, 31, 200] {
      let input = noise(count, seed: 1)
      let wide = GuardedTensor(CK_F32, input), narrow = GuardedTensor(CK_BF16, input)
      for (from, to) in [(wide, CK_BF16), (narrow, CK_F32), (wide, CK_F32), (narrow, CK_BF16)] {
        let y = GuardedTensor(to, count: count)
        convert(from.type, from.pointer, to, y.pointer, count)
        #expect(y.values == (from.type == to ? from : narrow).values)
        #expect(y.isGuarded)
      }
    }
  }
}
