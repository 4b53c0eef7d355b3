import CKernels
import Testing

/// The fp32 convolutions against sums in double precision.
///
/// Tolerance: direct sums of K products may be off by 4 * sqrt(K) roundings (2^-24) of the sum of the products'
/// sizes. Winograd's F(4x4, 3x3) mixes a tile's values, so its bound is 1e-5 of K products of the largest values.
/// Every variant of the kernels is tested.
@Suite struct F32ConvolutionTests {
  static let shapes: [ck_conv_shape] = [
    shape(images: 5, channels: 16, size: (7, 9), filters: 24, kernel: 3, pad: 1),
    shape(images: 32, channels: 3, size: (5, 6), filters: 16, kernel: 3, pad: 1),
    shape(images: 33, channels: 33, size: (4, 4), filters: 48, kernel: 3, pad: 1),
    shape(images: 1, channels: 64, size: (9, 8), filters: 33, kernel: 3, pad: 1),
    shape(images: 1, channels: 24, size: (8, 7), filters: 16, kernel: 3, pad: 1, stride: 2),
    shape(images: 16, channels: 24, size: (6, 7), filters: 10, kernel: 3, pad: 0),
    shape(images: 20, channels: 16, size: (7, 7), filters: 64, kernel: 3, pad: 1, stride: 2),
    shape(images: 16, channels: 64, size: (5, 5), filters: 24, kernel: 1, pad: 0),
    shape(images: 32, channels: 24, size: (6, 5), filters: 33, kernel: 1, pad: 0, stride: 2),
    shape(images: 5, channels: 3, size: (11, 12), filters: 10, kernel: 7, pad: 3, stride: 2),
    shape(images: 3, channels: 16, size: (9, 9), filters: 16, kernel: 5, pad: 2),
    shape(images: 17, channels: 24, size: (8, 9), filters: 24, kernel: 3, pad: 2, dilation: 2),
    shape(images: 4, channels: 10, size: (10, 9), filters: 16, kernel: 3, pad: 1, stride: 2, dilation: 2),
    shape(images: 20, channels: 1, size: (6, 6), filters: 32, kernel: 3, pad: 1),
    shape(images: 7, channels: 64, size: (1, 1), filters: 10, kernel: 1, pad: 0),
    shape(images: 2, channels: 16, size: (1, 3), filters: 16, kernel: 3, pad: 1),
    shape(images: 3, channels: 16, size: (6, 6), filters: 16, kernel: 5, pad: 4),
    // Shapes that Winograd cuts up: many rows, many filters, many channels, many images.
    shape(images: 20, channels: 33, size: (14, 15), filters: 40, kernel: 3, pad: 1),
    shape(images: 32, channels: 128, size: (10, 9), filters: 104, kernel: 3, pad: 1),
    shape(images: 3, channels: 144, size: (5, 4), filters: 528, kernel: 3, pad: 0),
    shape(images: 2, channels: 528, size: (4, 4), filters: 24, kernel: 3, pad: 1),
    shape(images: 70, channels: 32, size: (9, 8), filters: 24, kernel: 3, pad: 2),
    // Groups of 4, of a panel, of a panel and a bit, of one channel with two filters; of different widths.
    shape(images: 5, channels: 32, size: (7, 6), filters: 32, kernel: 3, pad: 1, groups: 8),
    shape(images: 3, channels: 64, size: (5, 6), filters: 64, kernel: 3, pad: 1, stride: 2, groups: 2),
    shape(images: 17, channels: 72, size: (4, 5), filters: 72, kernel: 3, pad: 1, groups: 2),
    shape(images: 2, channels: 9, size: (6, 6), filters: 18, kernel: 5, pad: 2, groups: 9),
    shape(images: 20, channels: 18, size: (6, 7), filters: 12, kernel: 3, pad: 2, dilation: 2, groups: 3),
    shape(images: 32, channels: 24, size: (5, 5), filters: 96, kernel: 1, pad: 0, groups: 6),
    shape(images: 1, channels: 264, size: (3, 4), filters: 1056, kernel: 3, pad: 1, groups: 4),
  ]

  @Test(arguments: shapes, [false, true]) func forward(_ s: ck_conv_shape, batchNorm: Bool) {
    let bias = GuardedFloats.uniform(count: Int(s.filters), seed: 3)
    for variant in variants {
      let c = Case(s, .forward, variant)
      let sums = GuardedFloats(count: 2 * Int(s.filters))
      withUnsafePointer(to: s) {
        var epilogue = ck_epilogue(
          bias: batchNorm ? nil : bias.start, addend: nil, range: nil, sums: batchNorm ? sums.start : nil)
        c.kernels.f32_conv_forward!($0, c.x.start, c.w.start, &epilogue, c.out.start, c.scratch.start)
      }
      c.check { batchNorm ? 0 : Double(bias.start[$0 % Int(s.filters)]) }
      #expect(sums.isIntact)
      if batchNorm { checkSums(c.out, filters: Int(s.filters), sums: sums) }
    }
  }

  @Test(arguments: shapes, [false, true]) func backwardData(_ s: ck_conv_shape, adds: Bool) {
    for variant in variants {
      let c = Case(s, .backwardData, variant)
      let addend = GuardedFloats.uniform(count: c.out.count, seed: 14)
      withUnsafePointer(to: s) {
        c.kernels.f32_conv_backward_data!(
          $0, c.dy.start, c.w.start, adds ? addend.start : nil, nil, c.out.start, c.scratch.start)
      }
      c.check { adds ? Double(addend.start[$0]) : 0 }
    }
  }

  @Test(arguments: shapes) func backwardWeights(_ s: ck_conv_shape) {
    for variant in variants {
      let c = Case(s, .backwardWeights, variant)
      withUnsafePointer(to: s) {
        c.kernels.f32_conv_backward_weights!($0, c.x.start, c.dy.start, c.out.start, c.scratch.start)
      }
      c.check { _ in 0 }
    }
  }

  @Test(arguments: [3, 5], [Int32(7), 9]) func outputDoesNotDependOnTheOtherImages(kernel: Int32, size: Int32)
  {
    func shape(images: Int32) -> ck_conv_shape {
      CKernelsTests.shape(
        images: images, channels: 40, size: (size, size), filters: 40, kernel: kernel, pad: 1)
    }
    for variant in variants {
      let all = Case(shape(images: 5), .forward, variant), one = Case(shape(images: 1), .forward, variant)
      let pixels = Int(size * size)
      for i in 0..<pixels * 40 { one.x.start[i] = all.x.start[i / 40 * 200 + 80 + i % 40] }
      for run in [all, one] {
        withUnsafePointer(to: run.shape) {
          var epilogue = ck_epilogue()
          run.kernels.f32_conv_forward!(
            $0, run.x.start, run.w.start, &epilogue, run.out.start, run.scratch.start)
        }
      }
      #expect(
        (0..<one.out.count).allSatisfy {
          one.out.start[$0] == all.out.start[$0 / 40 * 200 + 80 + $0 % 40]
        }, "\(variant)")
    }
  }

  @Test func winogradWhereItIsFaster() {
    func algorithm(_ channels: Int32, _ size: Int32, stride: Int32 = 1) -> ck_f32_algorithm {
      let s = shape(
        images: 32, channels: channels, size: (size, size), filters: 64, kernel: 3, pad: 1, stride: stride)
      return withUnsafePointer(to: s) { ck_f32_conv_algorithm($0) }
    }
    #expect(algorithm(64, 32) == CK_F32_WINOGRAD)
    #expect(algorithm(512, 4) == CK_F32_WINOGRAD)
    #expect(algorithm(512, 2) == CK_F32_DIRECT)
    #expect(algorithm(3, 32) == CK_F32_DIRECT)
    #expect(algorithm(64, 32, stride: 2) == CK_F32_DIRECT)
  }

  func checkSums(_ y: GuardedFloats, filters: Int, sums: GuardedFloats) {
    let rows = y.count / filters
    for filter in 0..<filters {
      var sum = 0.0
      var squares = 0.0
      var size = 0.0
      for row in 0..<rows {
        let value = Double(y.start[row * filters + filter])
        sum += value
        squares += value * value
        size += abs(value)
      }
      #expect(abs(Double(sums.start[filter]) - sum) <= 2e-6 * size)
      #expect(abs(Double(sums.start[filters + filter]) - squares) <= 2e-6 * squares)
    }
  }
}

private func shape(
  images: Int32, channels: Int32, size: (Int32, Int32), filters: Int32, kernel: Int32, pad: Int32,
  stride: Int32 = 1, dilation: Int32 = 1, groups: Int32 = 1
) -> ck_conv_shape {
  let reach = (kernel - 1) * dilation + 1
  return ck_conv_shape(
    images: images, channels: channels, height: size.0, width: size.1, filters: filters,
    output_height: (size.0 + 2 * pad - reach) / stride + 1,
    output_width: (size.1 + 2 * pad - reach) / stride + 1,
    kernel_height: kernel, kernel_width: kernel, stride: stride, dilation: dilation, pad_top: pad,
    pad_left: pad, groups: groups)
}
