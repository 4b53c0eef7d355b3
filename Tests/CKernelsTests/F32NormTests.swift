import CKernels
import Testing

/// What the fp32 convolutions do on the way back for the batch norm that makes their input: the gradient is the one
/// that is written without it, masked, and the sums are those of what is written.
@Suite struct F32NormTests {
  enum Mask: CaseIterable { case none, fromX, fromY }

  @Test(arguments: F32ConvolutionTests.shapes, Mask.allCases)
  func sumsOfTheMaskedGradient(_ s: ck_conv_shape, _ mask: Mask) {
    for variant in variants { check(s, mask, variant) }
  }

  private func check(_ s: ck_conv_shape, _ mask: Mask, _ variant: ck_variant) {
    let plain = Case(s, .backwardData, variant), masked = Case(s, .backwardData, variant)
    let count = plain.out.count, channels = Int(s.channels)
    let addend = GuardedFloats.uniform(count: count, seed: 14)
    let x = GuardedFloats.uniform(count: count, seed: 21), y = GuardedFloats.uniform(count: count, seed: 22)
    // Zeros, as a ReLU leaves them, and both signs of them.
    for i in stride(from: 0, to: count, by: 3) { y.start[i] = i % 2 == 0 ? 0 : -0.0 }
    let factor = GuardedFloats.uniform(count: channels, seed: 23)
    let offset = GuardedFloats.uniform(count: channels, seed: 24)
    let mean = GuardedFloats.uniform(count: channels, seed: 25)
    let deviation = GuardedFloats.uniform(count: channels, seed: 26)
    let scale = GuardedFloats(count: channels), shift = GuardedFloats(count: channels)
    withUnsafePointer(to: s) {
      plain.kernels.f32_conv_backward_data?(
        $0, plain.dy.start, plain.w.start, addend.start, nil, plain.out.start, plain.scratch.start)
      var norm = ck_bn_gradient(
        x: x.start, y: mask == .fromY ? UnsafeRawPointer(y.start) : nil, relu: mask != .none,
        factor: factor.start, offset: offset.start, mean: mean.start, inverse_deviation: deviation.start,
        scale_gradient: scale.start, shift_gradient: shift.start)
      masked.kernels.f32_conv_backward_data?(
        $0, masked.dy.start, masked.w.start, addend.start, &norm, masked.out.start, masked.scratch.start)
    }
    for buffer in [masked.out, masked.scratch, x, y, scale, shift] { #expect(buffer.isIntact) }
    var sums = [(value: Double, size: Double)](repeating: (0, 0), count: channels), products = sums
    var equal = true
    for i in 0..<count {
      let channel = i % channels
      let isPositive =
        switch mask {
        case .none: true
        // Rounded once, as forwards.
        case .fromX: offset.start[channel].addingProduct(x.start[i], factor.start[channel]) > 0
        case .fromY: y.start[i] > 0
        }
      let value = Double(masked.out.start[i])
      equal = equal && masked.out.start[i] == (isPositive ? plain.out.start[i] : 0)
      sums[channel].value += value
      sums[channel].size += abs(value)
      let product =
        value * (Double(x.start[i]) - Double(mean.start[channel])) * Double(deviation.start[channel])
      products[channel].value += product
      products[channel].size += abs(product)
    }
    #expect(equal, "\(variant)")
    // Partial sums of some hundred values are fp32, as those of the forward pass.
    for channel in 0..<channels {
      #expect(abs(Double(shift.start[channel]) - sums[channel].value) <= 0x1p-20 * sums[channel].size)
      #expect(abs(Double(scale.start[channel]) - products[channel].value) <= 0x1p-20 * products[channel].size)
    }
  }
}
