import CKernels
import Foundation
import Testing

/// Normal numbers from random words.
@Suite struct NormalTests {
  private func words(_ count: Int) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: count)
    ck_philox([3, 5], [7, 11, 13], 0, count, &words)
    return words
  }

  /// The formula of Box and Muller in double, for words at the ends of what there is too.
  @Test(arguments: variants) func agreesWithTheFormula(_ variant: ck_variant) {
    var words = words(32 * 64)
    let ends: [UInt32] = [
      0, 1, 2, .max, .max - 1, 1 << 31, 1 << 30, 3 << 30, 1 << 29, 3 << 29, 5 << 29, 7 << 29, (1 << 29) - 1,
      (1 << 30) + 1, (1 << 31) - 1, 0xB504_F333,
    ]
    words.replaceSubrange(0..<16, with: ends)
    words.replaceSubrange(48..<64, with: ends)
    var numbers = [Float](repeating: .nan, count: words.count)
    ck_kernels_of(variant).pointee.normal!(words, words.count, &numbers)
    for group in stride(from: 0, to: words.count, by: 32) {
      for i in group..<group + 16 {
        // In fp32 a word near the end rounds to the whole.
        let u = (Double(Float(words[i])) + 0.5) * 0x1p-32
        let radius = (-2 * log(min(u, 1))).squareRoot()
        let angle = 2 * Double.pi * Double(words[i + 16]) * 0x1p-32
        #expect(abs(Double(numbers[i]) - radius * cos(angle)) < 2e-6)
        #expect(abs(Double(numbers[i + 16]) - radius * sin(angle)) < 2e-6)
      }
    }
  }

  @Test(arguments: variants) func everyProcessorHasTheSameBits(_ variant: ck_variant) {
    let words = words(32 * 512)
    var (these, those) = (
      [Float](repeating: 0, count: words.count), [Float](repeating: 1, count: words.count)
    )
    ck_kernels_of(variant).pointee.normal!(words, words.count, &these)
    ck_kernels_of(CK_BASELINE).pointee.normal!(words, words.count, &those)
    #expect(these.map(\.bitPattern) == those.map(\.bitPattern))
  }
}
