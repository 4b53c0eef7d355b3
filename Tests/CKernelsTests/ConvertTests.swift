import CKernels
import Testing

@Suite struct ConvertTests {
  @Test func roundsToNearestEven() {
    // 1 + 2^-8 lies half-way between two bf16 numbers; the even one is 1.
    let values: [Float] = [1, 1 + 0x1p-8, 1 + 0x1.8p-8, -2.5, .infinity, .nan]
    var bits = [UInt16](repeating: 0, count: values.count)
    ck_convert(CK_F32, values, CK_BF16, &bits, values.count)
    #expect(bits.prefix(5) == [0x3f80, 0x3f80, 0x3f81, 0xc020, 0x7f80])
    #expect(Float(bitPattern: UInt32(bits[5]) << 16).isNaN)
  }
}
