import CKernels
import Testing

/// One pass of an fp32 convolution with its tensors, and the expected values of its result.
struct Case {
  enum Pass { case forward, backwardData, backwardWeights }

  let shape: ck_conv_shape
  let pass: Pass
  let variant: ck_variant
  let x, w, dy, out, scratch: GuardedFloats
  let isWinograd: Bool

  init(_ s: ck_conv_shape, _ pass: Pass, _ variant: ck_variant) {
    shape = s
    self.pass = pass
    self.variant = variant
    let kernels = ck_kernels_of(variant).pointee
    let images = Int(s.images)
    let inputs = Int(s.height * s.width) * images * Int(s.channels)
    let outputs = Int(s.output_height * s.output_width) * images * Int(s.filters)
    let weights = Int(s.kernel_height * s.kernel_width * s.channels / s.groups * s.filters)
    x = .uniform(count: inputs, seed: 11)
    w = .uniform(count: weights, seed: 12)
    dy = .uniform(count: outputs, seed: 13)
    let kind: ck_pass
    switch pass {
    case .forward: (kind, out) = (CK_FORWARD, GuardedFloats(count: outputs))
    case .backwardData: (kind, out) = (CK_BACKWARD_DATA, GuardedFloats(count: inputs))
    case .backwardWeights: (kind, out) = (CK_BACKWARD_WEIGHTS, GuardedFloats(count: weights))
    }
    let (bytes, algorithm) = withUnsafePointer(to: s) {
      (kernels.f32_conv_scratch_bytes?($0, kind) ?? 0, kernels.f32_conv_algorithm?($0))
    }
    scratch = GuardedFloats(count: (bytes + 63) / 64 * 16)
    isWinograd = algorithm == CK_F32_WINOGRAD
  }

  var kernels: ck_kernels { ck_kernels_of(variant).pointee }

  /// Compares a few hundred results, the first and the last among them, with sums in double precision.
  func check(plus constant: (Int) -> Double) {
    let step = max(1, out.count / 300) | 1
    for index in Array(stride(from: 0, to: out.count, by: step)) + [out.count - 1] {
      var sum = constant(index)
      var size = abs(sum)
      var products = 1.0
      visitProducts(of: index) {
        sum += $0
        size += abs($0)
        products += 1
      }
      let tolerance = isWinograd ? 1e-5 * reduction : 4 * products.squareRoot() * 0x1p-24 * size
      #expect(
        abs(Double(out.start[index]) - sum) <= tolerance,
        "\(variant) \(pass) at \(index) of \(out.count): \(out.start[index]), expected \(sum), \(shape)")
    }
    for buffer in [x, w, dy, out, scratch] { #expect(buffer.isIntact) }
  }

  /// The products in a result away from the edges.
  private var reduction: Double {
    switch pass {
    case .forward: Double(shape.kernel_height * shape.kernel_width * shape.channels)
    case .backwardData: Double(shape.kernel_height * shape.kernel_width * shape.filters)
    case .backwardWeights: Double(shape.output_height * shape.output_width * shape.images)
    }
  }

  private func visitProducts(of index: Int, _ visit: (Double) -> Void) {
    let s = shape
    let (images, channels, filters) = (Int(s.images), Int(s.channels), Int(s.filters))
    let (ownChannels, ownFilters) = (channels / Int(s.groups), filters / Int(s.groups))
    let (kernelHeight, kernelWidth) = (Int(s.kernel_height), Int(s.kernel_width))
    let (height, width) = (Int(s.height), Int(s.width))
    let (outputHeight, outputWidth) = (Int(s.output_height), Int(s.output_width))
    /// The input pixel under a tap of an output pixel.
    func source(_ output: Int, _ tap: Int, _ pad: Int32, _ size: Int) -> Int? {
      let at = output * Int(s.stride) - Int(pad) + tap * Int(s.dilation)
      return at >= 0 && at < size ? at : nil
    }
    switch pass {
    case .forward:
      let (filter, image) = (index % filters, index / filters % images)
      let pixel = index / filters / images
      for ky in 0..<kernelHeight {
        for kx in 0..<kernelWidth {
          guard let h = source(pixel / outputWidth, ky, s.pad_top, height),
            let w = source(pixel % outputWidth, kx, s.pad_left, width)
          else { continue }
          for c in 0..<ownChannels {
            let channel = filter / ownFilters * ownChannels + c
            visit(
              Double(x.start[((h * width + w) * images + image) * channels + channel])
                * Double(self.w.start[((ky * kernelWidth + kx) * ownChannels + c) * filters + filter]))
          }
        }
      }
    case .backwardData:
      let (channel, image) = (index % channels, index / channels % images)
      let (h, w) = (index / channels / images / width, index / channels / images % width)
      for oh in 0..<outputHeight {
        for ky in 0..<kernelHeight where source(oh, ky, s.pad_top, height) == h {
          for ow in 0..<outputWidth {
            for kx in 0..<kernelWidth where source(ow, kx, s.pad_left, width) == w {
              let (group, own) = (channel / ownChannels, channel % ownChannels)
              for f in group * ownFilters..<(group + 1) * ownFilters {
                visit(
                  Double(dy.start[((oh * outputWidth + ow) * images + image) * filters + f])
                    * Double(self.w.start[((ky * kernelWidth + kx) * ownChannels + own) * filters + f]))
              }
            }
          }
        }
      }
    case .backwardWeights:
      let (filter, tap) = (index % filters, index / filters / ownChannels)
      let channel = filter / ownFilters * ownChannels + index / filters % ownChannels
      for oh in 0..<outputHeight {
        guard let h = source(oh, tap / kernelWidth, s.pad_top, height) else { continue }
        for ow in 0..<outputWidth {
          guard let w = source(ow, tap % kernelWidth, s.pad_left, width) else { continue }
          for n in 0..<images {
            visit(
              Double(x.start[((h * width + w) * images + n) * channels + channel])
                * Double(dy.start[((oh * outputWidth + ow) * images + n) * filters + filter]))
          }
        }
      }
    }
  }
}
