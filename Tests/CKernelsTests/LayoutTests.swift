import CKernels
import Testing

@Suite struct LayoutTests {
  static let sizes = [
    (1, 1, 1), (5, 3, 49), (32, 3, 40), (32, 1, 784), (3, 24, 35), (2, 33, 16), (7, 10, 130),
  ]

  @Test(arguments: variants, sizes)
  func imagesBecomePixelMajor(_ variant: ck_variant, _ size: (images: Int, channels: Int, pixels: Int)) {
    let (images, channels, pixels) = size
    let x = noise(images * channels * pixels, seed: 30)
    for type in types {
      let y = GuardedTensor(type, count: x.count)
      ck_kernels_of(variant).pointee.nchw_to_hwnc!(x, images, channels, pixels, type, y.pointer)
      let rows = images * channels
      let moved = GuardedTensor(type, (0..<x.count).map { x[$0 % rows * pixels + $0 / rows] })
      #expect(y.values == moved.values)
      #expect(y.isGuarded)
    }
  }

  @Test(arguments: variants, sizes)
  func flattensAndBack(_ variant: ck_variant, _ size: (images: Int, channels: Int, pixels: Int)) {
    let (images, channels, pixels) = size
    for type in types {
      let x = GuardedTensor(type, noise(images * channels * pixels, seed: 31))
      let flat = GuardedTensor(type, count: x.count), back = GuardedTensor(type, count: x.count)
      let kernels = ck_kernels_of(variant).pointee
      kernels.hwnc_to_flat!(type, x.pointer, pixels, images, channels, flat.pointer)
      let moved = (0..<x.count).map { i in
        let image = i / (channels * pixels), channel = i / pixels % channels
        return x[(i % pixels * images + image) * channels + channel]
      }
      #expect(flat.values == moved)
      kernels.flat_to_hwnc!(type, flat.pointer, pixels, images, channels, back.pointer)
      #expect(back.values == x.values)
      #expect(flat.isGuarded && back.isGuarded)
    }
  }
}
