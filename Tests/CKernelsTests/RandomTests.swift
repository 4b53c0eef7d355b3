import CKernels
import Testing

/// All variants give the same words, those of the scalar generator (`RandomDrawsTests`).
@Suite struct RandomTests {
  /// The known answers of Philox4x32-10 from Random123's `kat_vectors`.
  @Test(arguments: variants) func knownAnswers(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    var words = [UInt32](repeating: 0, count: 4)
    kernels.philox!([0, 0], [0, 0, 0], 0, 4, &words)
    #expect(words == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let all = UInt32.max
    kernels.philox!([all, all], [all, all, all], all, 4, &words)
    #expect(words == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  }

  /// A counter that overflows begins at 0 again, in the middle of a vector too.
  @Test(arguments: variants) func countersWrap(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    let count = 4 * 19
    var together = [UInt32](repeating: 0, count: count)
    kernels.philox!([3, 5], [7, 11, 13], UInt32.max - 9, count, &together)
    for block in 0..<19 {
      var alone = [UInt32](repeating: 0, count: 4)
      kernels.philox!([3, 5], [7, 11, 13], (UInt32.max - 9) &+ UInt32(block), 4, &alone)
      #expect(Array(together[4 * block..<4 * block + 4]) == alone)
    }
  }
}
