import CKernels
import Testing

/// Linear maps of pixels, in every variant.
@Suite struct PixelMapTests {
  @Test(arguments: variants) func agreesWithLoops(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    // Five input pixels to four: a copy, nothing, a mean, and one twice.
    let starts: [Int32] = [0, 1, 1, 4, 6], at: [Int32] = [4, 0, 1, 2, 3, 3]
    let factors: [Float] = [1, 0.25, 0.5, 0.25, 2, -0.5]
    for type in types {
      for lanes in [1, 7, 16, 50] {
        let x = GuardedTensor(type, noise(5 * lanes, seed: 7)), y = GuardedTensor(type, count: 4 * lanes)
        starts.withUnsafeBufferPointer { starts in
          at.withUnsafeBufferPointer { at in
            factors.withUnsafeBufferPointer { factors in
              var map = ck_pixel_map(
                outputs: 4, starts: starts.baseAddress, at: at.baseAddress, factors: factors.baseAddress)
              kernels.map_pixels!(type, &map, lanes, x.pointer, y.pointer)
            }
          }
        }
        let expected = (0..<4 * lanes).map { i in
          (Int(starts[i / lanes])..<Int(starts[i / lanes + 1])).reduce(0.0) {
            $0 + x[Int(at[$1]) * lanes + i % lanes] * Double(factors[$1])
          }
        }
        #expect(agree(y.values, expected, relative: type.rounding + 1e-6, absolute: 1e-7) == .agree)
        #expect(y.isGuarded)
      }
    }
  }
}
