import CKernels
import Testing

@Suite struct DepthwiseTests {
  struct Case: CustomTestStringConvertible {
    let type: ck_type, shape: ck_conv_shape
    var channels: Int { Int(shape.channels) }
    var lanes: Int { Int(shape.images) * channels }
    var inputs: Int { Int(shape.height * shape.width) * lanes }
    var outputs: Int { Int(shape.output_height * shape.output_width) * lanes }
    var taps: Int { Int(shape.kernel_height * shape.kernel_width) }
    var testDescription: String { "\(type.rawValue == 1 ? "bf16" : "fp32"), \(shape)" }

    /// Runs `body` for every product of an input, a weight and the output that it is added to.
    func eachProduct(_ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void) {
      let s = shape
      for row in 0..<Int(s.output_height) {
        for column in 0..<Int(s.output_width) {
          for tap in 0..<taps {
            let y = row * Int(s.stride) - Int(s.pad_top) + tap / Int(s.kernel_width) * Int(s.dilation)
            let x = column * Int(s.stride) - Int(s.pad_left) + tap % Int(s.kernel_width) * Int(s.dilation)
            guard 0..<Int(s.height) ~= y, 0..<Int(s.width) ~= x else { continue }
            let input = (y * Int(s.width) + x) * lanes, output = (row * Int(s.output_width) + column) * lanes
            for lane in 0..<lanes { body(input + lane, tap * channels + lane % channels, output + lane) }
          }
        }
      }
    }
  }

  static func shape(
    _ images: Int32, _ channels: Int32, _ height: Int32, _ width: Int32, _ kernel: Int32, stride: Int32 = 1,
    dilation: Int32 = 1, pad: Int32
  ) -> ck_conv_shape {
    let reach = dilation * (kernel - 1) + 1
    return ck_conv_shape(
      images: images, channels: channels, height: height, width: width, filters: channels,
      output_height: (height + 2 * pad - reach) / stride + 1,
      output_width: (width + 2 * pad - reach) / stride + 1, kernel_height: kernel, kernel_width: kernel,
      stride: stride, dilation: dilation, pad_top: pad, pad_left: pad, groups: channels)
  }

  static let shapes = [
    shape(1, 1, 3, 3, 3, pad: 1), shape(5, 3, 5, 7, 3, pad: 1), shape(5, 32, 9, 14, 3, pad: 1),
    shape(6, 48, 4, 11, 3, pad: 1), shape(2, 33, 6, 13, 3, stride: 2, pad: 1),
    shape(5, 24, 7, 17, 3, stride: 2, pad: 1), shape(3, 64, 10, 9, 5, pad: 2),
    shape(4, 40, 9, 12, 5, stride: 2, pad: 2), shape(2, 10, 8, 8, 3, pad: 0),
    shape(1, 16, 12, 12, 3, dilation: 2, pad: 2), shape(2, 17, 9, 11, 4, stride: 3, dilation: 2, pad: 3),
    shape(1, 1100, 3, 6, 3, pad: 1), shape(2, 5, 5, 6, 7, pad: 3), shape(32, 96, 2, 2, 5, pad: 2),
    shape(2, 16, 5, 5, 1, stride: 2, pad: 0),
  ]

  static let cases = types.flatMap { type in shapes.map { Case(type: type, shape: $0) } }

  // All operands are below 1. Sums of n products in fp32 err by at most n * 2^-24 a product; backward-weights adds
  // up to n = images * pixels of them.

  @Test(arguments: cases, [false, true]) func forward(_ c: Case, withBiasAndSums: Bool) {
    var shape = c.shape
    let x = GuardedTensor(c.type, noise(c.inputs, seed: 40))
    let w = noise(c.taps * c.channels, seed: 41), bias = noise(c.channels, seed: 42)
    var expected = (0..<c.outputs).map { withBiasAndSums ? Double(bias[$0 % c.channels]) : 0 }
    c.eachProduct { expected[$2] += x[$0] * Double(w[$1]) }
    let rounding = Double((c.taps + 1) * c.taps) * 0x1p-24
    for variant in variants {
      let y = GuardedTensor(c.type, count: c.outputs), sums = GuardedTensor(CK_F32, count: 2 * c.channels)
      bias.withUnsafeBufferPointer { bias in
        var epilogue = ck_epilogue(
          bias: withBiasAndSums ? bias.baseAddress : nil, addend: nil, range: nil,
          sums: withBiasAndSums ? sums.floats : nil)
        ck_kernels_of(variant).pointee.depthwise_forward!(c.type, &shape, x.pointer, w, &epilogue, y.pointer)
      }
      let values = y.values
      #expect(agree(values, expected, relative: c.type.rounding, absolute: rounding) == .agree, "\(variant)")
      #expect(y.isGuarded && sums.isGuarded, "\(variant)")
      guard withBiasAndSums else { continue }
      var totals = [Double](repeating: 0, count: 2 * c.channels), magnitudes = totals
      for (i, value) in values.enumerated() {
        totals[i % c.channels] += value
        magnitudes[i % c.channels] += abs(value)
        totals[c.channels + i % c.channels] += value * value
      }
      for i in 0..<c.channels { magnitudes[c.channels + i] = totals[c.channels + i] }
      for i in 0..<2 * c.channels {
        #expect(abs(sums[i] - totals[i]) <= magnitudes[i] * 0x1p-18, "\(variant)")
      }
    }
  }

  @Test(arguments: cases) func backwardData(_ c: Case) {
    var shape = c.shape
    let dy = GuardedTensor(c.type, noise(c.outputs, seed: 43))
    let w = noise(c.taps * c.channels, seed: 44)
    var expected = [Double](repeating: 0, count: c.inputs)
    c.eachProduct { expected[$0] += dy[$2] * Double(w[$1]) }
    let rounding = Double(c.taps * c.taps) * 0x1p-24
    for variant in variants {
      let dx = GuardedTensor(c.type, count: c.inputs)
      ck_kernels_of(variant).pointee.depthwise_backward_data!(c.type, &shape, dy.pointer, w, dx.pointer)
      #expect(
        agree(dx.values, expected, relative: c.type.rounding, absolute: rounding) == .agree, "\(variant)")
      #expect(dx.isGuarded, "\(variant)")
    }
  }

  @Test(arguments: cases) func backwardWeights(_ c: Case) {
    var shape = c.shape
    let x = GuardedTensor(c.type, noise(c.inputs, seed: 45)),
      dy = GuardedTensor(c.type, noise(c.outputs, seed: 46))
    var expected = [Double](repeating: 0, count: c.taps * c.channels)
    c.eachProduct { expected[$1] += x[$0] * dy[$2] }
    let rounding = Double(c.outputs / c.channels) * 0x1p-20
    for variant in variants {
      let dw = GuardedTensor(CK_F32, count: c.taps * c.channels)
      ck_kernels_of(variant).pointee.depthwise_backward_weights!(
        c.type, &shape, x.pointer, dy.pointer, dw.floats)
      #expect(agree(dw.values, expected, relative: 0, absolute: rounding) == .agree, "\(variant)")
      #expect(dw.isGuarded, "\(variant)")
    }
  }
}
