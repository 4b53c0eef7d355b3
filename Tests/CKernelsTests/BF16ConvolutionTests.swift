import CKernels
import Testing

/// The convolutions of bf16 numbers where nothing multiplies such, against the fp32 convolutions of the same numbers:
/// what these give, rounded.
@Suite struct BF16ConvolutionTests {
  /// One shape's bf16 tensors, and the same numbers in fp32.
  private struct Operands {
    let x, dy, wideX, wideDY: GuardedTensor
    let weights: [Float]

    init(_ s: ck_conv_shape) {
      let inputs = noise(Int(s.height * s.width * s.images * s.channels), seed: 1)
      let outputs = noise(Int(s.output_height * s.output_width * s.images * s.filters), seed: 2)
      x = GuardedTensor(CK_BF16, inputs)
      dy = GuardedTensor(CK_BF16, outputs)
      wideX = GuardedTensor(CK_F32, x.values.map { Float($0) })
      wideDY = GuardedTensor(CK_F32, dy.values.map { Float($0) })
      weights = noise(Int(s.kernel_height * s.kernel_width * s.channels / s.groups * s.filters), seed: 3)
    }
  }

  private func scratch(_ kernels: ck_kernels, _ s: ck_conv_shape, _ pass: ck_pass) -> GuardedFloats {
    withUnsafePointer(to: s) { s in
      let bytes = [kernels.bf16_conv_scratch_bytes?(s, pass), kernels.f32_conv_scratch_bytes?(s, pass)]
      return GuardedFloats(count: ((bytes.compactMap { $0 }.max() ?? 0) + 63) / 64 * 16)
    }
  }

  @Test(arguments: F32ConvolutionTests.shapes, [false, true])
  func forward(_ s: ck_conv_shape, batchNorm: Bool) {
    var shape = s
    let operands = Operands(s), count = operands.dy.count, filters = Int(s.filters)
    let bias = noise(filters, seed: 4)
    var range = ck_range(low: 0, high: 6)
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let scratch = scratch(kernels, s, CK_FORWARD)
      let (y, wide) = (GuardedTensor(CK_BF16, count: count), GuardedTensor(CK_F32, count: count))
      let sums = GuardedTensor(CK_F32, count: 2 * filters)
      bias.withUnsafeBufferPointer { bias in
        withUnsafePointer(to: &range) { range in
          var epilogue = ck_epilogue(bias: bias.baseAddress, addend: nil, range: nil, sums: nil)
          if !batchNorm { epilogue.range = range }
          if !batchNorm { epilogue.addend = UnsafeRawPointer(operands.wideDY.pointer) }
          kernels.f32_conv_forward!(
            &shape, operands.wideX.floats, operands.weights, &epilogue, wide.floats, scratch.start)
          epilogue.addend = batchNorm ? nil : UnsafeRawPointer(operands.dy.pointer)
          epilogue.sums = batchNorm ? sums.floats : nil
          kernels.bf16_conv_forward!(
            &shape, operands.x.shorts, operands.weights, &epilogue, y.shorts, scratch.start)
        }
      }
      #expect(y.values == rounded(wide), "\(variant)")
      #expect(y.isGuarded && sums.isGuarded && scratch.isIntact, "\(variant)")
      guard batchNorm else { continue }
      var totals = [Double](repeating: 0, count: 2 * filters), sizes = totals
      for (i, value) in y.values.enumerated() {
        totals[i % filters] += value
        sizes[i % filters] += abs(value)
        totals[filters + i % filters] += value * value
      }
      for i in 0..<filters { sizes[filters + i] = totals[filters + i] }
      #expect(
        (0..<2 * filters).allSatisfy { abs(sums[$0] - totals[$0]) <= 0x1p-19 * sizes[$0] }, "\(variant)")
    }
  }

  @Test(arguments: F32ConvolutionTests.shapes, [false, true])
  func backwardData(_ s: ck_conv_shape, adds: Bool) {
    var shape = s
    let operands = Operands(s), count = operands.x.count
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let scratch = scratch(kernels, s, CK_BACKWARD_DATA)
      let (dx, wide) = (GuardedTensor(CK_BF16, count: count), GuardedTensor(CK_F32, count: count))
      kernels.f32_conv_backward_data!(
        &shape, operands.wideDY.floats, operands.weights, adds ? operands.wideX.floats : nil, nil,
        wide.floats,
        scratch.start)
      kernels.bf16_conv_backward_data!(
        &shape, operands.dy.shorts, operands.weights, adds ? operands.x.shorts : nil, dx.shorts, scratch.start
      )
      #expect(dx.values == rounded(wide), "\(variant)")
      #expect(dx.isGuarded && scratch.isIntact, "\(variant)")
    }
  }

  @Test(arguments: F32ConvolutionTests.shapes) func backwardWeights(_ s: ck_conv_shape) {
    var shape = s
    let operands = Operands(s), count = operands.weights.count
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let scratch = scratch(kernels, s, CK_BACKWARD_WEIGHTS)
      let (dw, wide) = (GuardedTensor(CK_F32, count: count), GuardedTensor(CK_F32, count: count))
      kernels.f32_conv_backward_weights!(
        &shape, operands.wideX.floats, operands.wideDY.floats, wide.floats, scratch.start)
      kernels.bf16_conv_backward_weights!(
        &shape, operands.x.shorts, operands.dy.shorts, dw.floats, scratch.start)
      #expect(dw.values == wide.values, "\(variant)")
      #expect(dw.isGuarded && scratch.isIntact, "\(variant)")
    }
  }

  /// fp32 numbers, rounded.
  private func rounded(_ wide: GuardedTensor) -> [Double] {
    GuardedTensor(CK_BF16, wide.values.map { Float($0) }).values
  }
}
