import CKernels
import Testing

/// What the convolutions do to their outputs while they write them, against the same done afterwards to what they
/// write without: at most the sum's two roundings apart, each 2^-24 of its parts, and in bf16 one of 2^-9.
@Suite struct EpilogueTests {
  /// Sizes, channels and kernels that fill vectors and tiles, and such that do not.
  private static let shapes = [
    shape(images: 5, channels: 16, size: 9, filters: 24, kernel: 3),
    shape(images: 32, channels: 64, size: 8, filters: 64, kernel: 3),
    shape(images: 3, channels: 33, size: 7, filters: 40, kernel: 1),
    shape(images: 17, channels: 24, size: 5, filters: 100, kernel: 3, stride: 2),
    shape(images: 20, channels: 10, size: 1, filters: 7, kernel: 1),
  ]

  private static let ranges = [nil, ck_range(low: 0, high: .infinity), ck_range(low: 0, high: 0.5)]

  /// With and without something added.
  private static let ends = ranges.flatMap { range in [false, true].map { (range: range, adds: $0) } }

  private static func shape(
    images: Int32, channels: Int32, size: Int32, filters: Int32, kernel: Int32, stride: Int32 = 1
  ) -> ck_conv_shape {
    let output = (size - 1) / stride + 1
    return ck_conv_shape(
      images: images, channels: channels, height: size, width: size, filters: filters,
      output_height: output, output_width: output, kernel_height: kernel, kernel_width: kernel,
      stride: stride, dilation: 1, pad_top: kernel / 2, pad_left: kernel / 2, groups: 1)
  }

  /// What comes after a convolution, from its plain outputs.
  private func finished(
    _ plain: Double, bias: Float?, addend: Double?, range: ck_range?
  ) -> (value: Double, size: Double) {
    let sum = plain + Double(bias ?? 0) + (addend ?? 0)
    let size = abs(plain) + abs(Double(bias ?? 0)) + abs(addend ?? 0)
    guard let range else { return (sum, size) }
    return (max(Double(range.low), min(Double(range.high), sum)), size)
  }

  @Test(arguments: shapes, ends)
  func fp32(_ shape: ck_conv_shape, end: (range: ck_range?, adds: Bool)) {
    let (range, adds) = end
    var shape = shape
    let filters = Int(shape.filters)
    let inputs = Int(shape.height * shape.width * shape.images * shape.channels)
    let count = Int(shape.output_height * shape.output_width * shape.images * shape.filters)
    let x = GuardedFloats.uniform(count: inputs, seed: 1)
    let taps = Int(shape.kernel_height * shape.kernel_width * shape.channels)
    let w = GuardedFloats.uniform(count: taps * filters, seed: 2)
    let bias = GuardedFloats.uniform(count: filters, seed: 3)
    let addend = GuardedFloats.uniform(count: count, seed: 4)
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let (plain, y) = (GuardedFloats(count: count), GuardedFloats(count: count))
      let scratch = GuardedFloats(count: (kernels.f32_conv_scratch_bytes!(&shape, CK_FORWARD) + 3) / 4)
      var nothing = ck_epilogue()
      kernels.f32_conv_forward!(&shape, x.start, w.start, &nothing, plain.start, scratch.start)
      withOptionalPointer(range) { range in
        var epilogue = ck_epilogue(
          bias: bias.start, addend: adds ? UnsafeRawPointer(addend.start) : nil, range: range, sums: nil)
        kernels.f32_conv_forward!(&shape, x.start, w.start, &epilogue, y.start, scratch.start)
      }
      #expect(y.isIntact)
      for i in 0..<count {
        let expected = finished(
          Double(plain.start[i]), bias: bias.start[i % filters],
          addend: adds ? Double(addend.start[i]) : nil, range: range)
        // A direct sum begins with what is added: its other terms round as often again.
        let roundings = Double(taps).squareRoot() * 4 + 2
        #expect(
          abs(Double(y.start[i]) - expected.value) <= roundings * 0x1p-24 * (expected.size + 1), "\(variant)")
      }
    }
  }

  @Test(.enabled(if: ck_amx_available()), arguments: shapes, ends)
  func amx(_ shape: ck_conv_shape, end: (range: ck_range?, adds: Bool)) {
    let (range, adds) = end
    let problem = Problem(shape)
    let filters = Int(shape.filters)
    let plain = problem.forward(bias: nil, type: CK_F32).0
    let addend = adds ? Problem.numbers(plain.count, seed: 5) : nil
    let y = problem.forward(bias: problem.bias, adding: addend, within: range)
    for i in 0..<plain.count {
      let expected = finished(
        Double(plain[i]), bias: problem.bias[i % filters],
        addend: addend.map { Double(Problem.float($0[i])) },
        range: range)
      #expect(abs(Double(y[i]) - expected.value) <= 0x1p-8 * abs(expected.value) + 0x1p-22 * expected.size)
    }
  }

  @Test(arguments: types, ranges) func depthwise(type: ck_type, range: ck_range?) {
    var shape = Self.shape(images: 5, channels: 37, size: 11, filters: 37, kernel: 3)
    let (inputs, channels) = (11 * 11 * 5 * 37, 37)
    let x = GuardedTensor(type, noise(inputs, seed: 1))
    let w = noise(9 * channels, seed: 2)
    let bias = noise(channels, seed: 3)
    for variant in variants {
      let (plain, y) = (GuardedTensor(CK_F32, count: inputs), GuardedTensor(type, count: inputs))
      let wide = GuardedTensor(CK_F32, x.values.map { Float($0) })
      var nothing = ck_epilogue()
      ck_kernels_of(variant).pointee.depthwise_forward!(
        CK_F32, &shape, wide.pointer, w, &nothing, plain.pointer)
      bias.withUnsafeBufferPointer { bias in
        withOptionalPointer(range) { range in
          var epilogue = ck_epilogue(bias: bias.baseAddress, addend: nil, range: range, sums: nil)
          ck_kernels_of(variant).pointee.depthwise_forward!(type, &shape, x.pointer, w, &epilogue, y.pointer)
        }
      }
      let (before, after) = (plain.values, y.values)
      for i in 0..<inputs {
        let expected = finished(before[i], bias: bias[i % channels], addend: nil, range: range)
        let rounding = type == CK_BF16 ? 0x1p-8 * abs(expected.value) : 0
        #expect(abs(after[i] - expected.value) <= rounding + 12 * 0x1p-24 * (expected.size + 1))
      }
    }
  }

  /// A NaN is not held within anything: a diverging run must show.
  @Test(arguments: [1, 3] as [Int32])
  func nanStays(kernel: Int32) {
    var shape = Self.shape(images: 4, channels: 64, size: 8, filters: 64, kernel: kernel)
    let count = 8 * 8 * 4 * 64
    let x = GuardedFloats.uniform(count: count, seed: 1)
    let w = GuardedFloats.uniform(count: Int(kernel * kernel) * 64 * 64, seed: 2)
    x.start[0] = .nan
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let y = GuardedFloats(count: count)
      let scratch = GuardedFloats(count: (kernels.f32_conv_scratch_bytes!(&shape, CK_FORWARD) + 3) / 4)
      withOptionalPointer(ck_range(low: 0, high: 6)) { range in
        var epilogue = ck_epilogue(bias: nil, addend: nil, range: range, sums: nil)
        kernels.f32_conv_forward!(&shape, x.start, w.start, &epilogue, y.start, scratch.start)
      }
      #expect((0..<64).allSatisfy { y.start[$0].isNaN }, "\(variant)")
    }
  }
}

private func withOptionalPointer<Value>(_ value: Value?, _ body: (UnsafePointer<Value>?) -> Void) {
  guard let value else { return body(nil) }
  withUnsafePointer(to: value) { body($0) }
}
