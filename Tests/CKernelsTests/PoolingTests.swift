import CKernels
import Testing

@Suite struct PoolingTests {
  struct Case: CustomTestStringConvertible {
    let type: ck_type, shape: ck_pool_shape
    var lanes: Int { Int(shape.images * shape.channels) }
    var inputs: Int { Int(shape.height * shape.width) * lanes }
    var outputs: Int { Int(shape.output_height * shape.output_width) * lanes }
    var testDescription: String { "\(type.rawValue == 1 ? "bf16" : "fp32"), \(shape)" }

    /// The taps of an output pixel that lie inside the image, in row-major order: place in the window and input pixel.
    func taps(_ pixel: Int) -> [(tap: Int, pixel: Int)] {
      let s = shape, width = Int(s.output_width)
      let top = pixel / width * Int(s.stride) - Int(s.pad_top)
      let left = pixel % width * Int(s.stride) - Int(s.pad_left)
      var taps: [(tap: Int, pixel: Int)] = []
      for row in 0..<Int(s.kernel_height) where 0..<Int(s.height) ~= top + row {
        for column in 0..<Int(s.kernel_width) where 0..<Int(s.width) ~= left + column {
          taps.append((row * Int(s.kernel_width) + column, (top + row) * Int(s.width) + left + column))
        }
      }
      return taps
    }
  }

  /// A square pooling whose output sizes are rounded down.
  static func shape(
    _ images: Int32, _ channels: Int32, _ height: Int32, _ width: Int32, _ kernel: Int32,
    _ stride: Int32, _ pad: Int32
  ) -> ck_pool_shape {
    ck_pool_shape(
      images: images, channels: channels, height: height, width: width,
      output_height: (height + 2 * pad - kernel) / stride + 1,
      output_width: (width + 2 * pad - kernel) / stride + 1, kernel_height: kernel, kernel_width: kernel,
      stride: stride, pad_top: pad, pad_left: pad)
  }

  static let shapes = [
    shape(1, 1, 4, 4, 2, 2, 0), shape(5, 3, 7, 9, 2, 2, 0), shape(32, 16, 6, 8, 2, 2, 0),
    shape(5, 10, 9, 7, 3, 2, 1), shape(1, 64, 8, 8, 3, 2, 1), shape(3, 24, 5, 5, 3, 1, 1),
    shape(2, 33, 7, 7, 3, 3, 0), shape(2, 8, 11, 5, 2, 3, 1), shape(2, 5, 16, 17, 16, 1, 8),
  ]

  static let cases = types.flatMap { type in shapes.map { Case(type: type, shape: $0) } }

  /// Few different values, so that windows have ties.
  static func withTies(_ count: Int) -> [Float] { noise(count, seed: 20).map { ($0 * 3).rounded() } }

  @Test(arguments: cases) func maximum(_ c: Case) {
    var shape = c.shape
    let x = GuardedTensor(c.type, Self.withTies(c.inputs)),
      dy = GuardedTensor(c.type, noise(c.outputs, seed: 21))
    var expected: [Double] = [], winners: [UInt8] = [], gradient = [Double](repeating: 0, count: c.inputs)
    for i in 0..<c.outputs {
      let window = c.taps(i / c.lanes).map { (tap: $0.tap, at: $0.pixel * c.lanes + i % c.lanes) }
      var best = window[0]
      for tap in window where x[tap.at] > x[best.at] { best = tap }
      expected.append(x[best.at])
      winners.append(UInt8(best.tap))
      gradient[best.at] += dy[i]
    }
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let y = GuardedTensor(c.type, count: c.outputs), dx = GuardedTensor(c.type, count: c.inputs)
      var taps = [UInt8](repeating: 99, count: c.outputs + 1)
      kernels.max_pool_forward!(c.type, &shape, x.pointer, y.pointer, &taps)
      kernels.max_pool_backward!(c.type, &shape, dy.pointer, taps, dx.pointer)
      #expect(y.values == expected, "\(variant)")
      #expect(taps == winners + [99], "\(variant)")
      // Up to 256 gradients are added in fp32.
      #expect(
        agree(dx.values, gradient, relative: c.type.rounding, absolute: 0x1p-15) == .agree, "\(variant)")
      #expect(y.isGuarded && dx.isGuarded, "\(variant)")

      let again = GuardedTensor(c.type, count: c.outputs)
      kernels.max_pool_forward!(c.type, &shape, x.pointer, again.pointer, nil)
      #expect(again.values == expected, "\(variant)")
    }
  }

  @Test(arguments: variants) func nanWins(_ variant: ck_variant) {
    var shape = Self.shape(1, 40, 2, 2, 2, 2, 0)
    for type in types {
      for place in 0..<4 {
        var input = noise(160, seed: 22)
        for lane in 0..<40 { input[place * 40 + lane] = .nan }
        let x = GuardedTensor(type, input), y = GuardedTensor(type, [Float](repeating: 0, count: 40))
        var taps = [UInt8](repeating: 99, count: 40)
        ck_kernels_of(variant).pointee.max_pool_forward!(type, &shape, x.pointer, y.pointer, &taps)
        #expect(y.values.allSatisfy { $0.isNaN })
        #expect(taps.allSatisfy { $0 == UInt8(place) })
      }
    }
  }

  @Test(arguments: cases, [true, false]) func average(_ c: Case, countIncludePad: Bool) {
    var shape = c.shape
    let x = GuardedTensor(c.type, noise(c.inputs, seed: 23)),
      dy = GuardedTensor(c.type, noise(c.outputs, seed: 24))
    var expected: [Double] = [], gradient = [Double](repeating: 0, count: c.inputs)
    for i in 0..<c.outputs {
      let window = c.taps(i / c.lanes).map { $0.pixel * c.lanes + i % c.lanes }
      let divisor = Double(countIncludePad ? Int(shape.kernel_height * shape.kernel_width) : window.count)
      expected.append(window.reduce(0) { $0 + x[$1] } / divisor)
      for at in window { gradient[at] += dy[i] / divisor }
    }
    for variant in variants {
      let kernels = ck_kernels_of(variant).pointee
      let y = GuardedTensor(c.type, count: c.outputs), dx = GuardedTensor(c.type, count: c.inputs)
      kernels.average_pool_forward!(c.type, &shape, countIncludePad, x.pointer, y.pointer)
      kernels.average_pool_backward!(c.type, &shape, countIncludePad, dy.pointer, dx.pointer)
      // Up to 256 values below 1, divided by their number, are added in fp32.
      #expect(
        agree(y.values, expected, relative: c.type.rounding, absolute: 0x1p-18) == .agree, "\(variant)")
      #expect(
        agree(dx.values, gradient, relative: c.type.rounding, absolute: 0x1p-18) == .agree, "\(variant)")
      #expect(y.isGuarded && dx.isGuarded, "\(variant)")
    }
  }

  @Test(arguments: variants, [(1, 1, 1), (49, 5, 10), (16, 32, 3), (200, 3, 24), (9, 2, 600)])
  func global(_ variant: ck_variant, _ sizes: (pixels: Int, images: Int, channels: Int)) {
    let kernels = ck_kernels_of(variant).pointee, lanes = sizes.images * sizes.channels
    for type in types {
      let x = GuardedTensor(type, noise(sizes.pixels * lanes, seed: 25)),
        y = GuardedTensor(type, count: lanes)
      kernels.global_average_forward!(type, x.pointer, sizes.pixels, sizes.images, sizes.channels, y.pointer)
      let means = (0..<lanes).map { lane in
        (0..<sizes.pixels).reduce(0) { $0 + x[$1 * lanes + lane] } / Double(sizes.pixels)
      }
      #expect(agree(y.values, means, relative: type.rounding, absolute: 0x1p-18) == .agree)
      let dx = GuardedTensor(type, count: sizes.pixels * lanes)
      kernels.global_average_backward!(
        type, y.pointer, sizes.pixels, sizes.images, sizes.channels, dx.pointer)
      let gradient = (0..<dx.count).map { y[$0 % lanes] / Double(sizes.pixels) }
      #expect(agree(dx.values, gradient, relative: type.rounding, absolute: 0x1p-23) == .agree)
      #expect(y.isGuarded && dx.isGuarded)
    }
  }
}
