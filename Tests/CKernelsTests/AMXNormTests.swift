#if arch(x86_64) && os(Linux)
  import CKernels
  import Testing

  /// What the AMX convolutions do for the batch norm that makes their input. Backward to the data takes the norm's
  /// sums while it writes the gradient of its output: the gradient is the one that is written without them, masked,
  /// and the sums are those of what is written. Forward runs the norm.
  @Suite(.enabled(if: ck_amx_available(), "this CPU has no AMX, or the system does not grant it"))
  struct AMXNormTests {
    enum Mask: CaseIterable { case none, fromX, fromY }

    /// A batch norm's input and output, and what it needs to know of each channel.
    struct Norm {
      let x, y: [UInt16]
      let factor, offset, mean, deviation: [Float]

      init(count: Int, channels: Int) {
        x = Problem.numbers(count, seed: 21)
        // Zeros, as a ReLU leaves them, and both signs of them.
        y = Problem.numbers(count, seed: 22).map { $0 & 0x100 == 0 ? $0 & 0x8000 : $0 }
        factor = Problem.numbers(channels, seed: 23).map(Problem.float)
        offset = Problem.numbers(channels, seed: 24).map { Problem.float($0) / 4 }
        mean = Problem.numbers(channels, seed: 25).map(Problem.float)
        deviation = Problem.numbers(channels, seed: 26).map { 1.5 + Problem.float($0) }
      }

      /// The gradient below the ReLU.
      func masked(_ gradient: [Float], _ mask: Mask) -> [Float] {
        gradient.enumerated().map { index, value in
          let channel = index % factor.count
          // Exact in double: a product of two floats, compared with a float.
          let product = Double(Problem.float(x[index])) * Double(factor[channel])
          return switch mask {
          case .none: value
          case .fromX: product + Double(offset[channel]) > 0 ? value : 0
          case .fromY: Problem.float(y[index]) > 0 ? value : 0
          }
        }
      }
    }

    @Test(arguments: AMXConvolutionTests.cases, Mask.allCases)
    func sumsOfTheMaskedGradient(_ c: AMXConvolutionTests.Case, _ mask: Mask) {
      let problem = Problem(c.shape)
      let norm = Norm(count: problem.x.count, channels: c.channels)
      for addend in [nil, Problem.numbers(problem.x.count, seed: 5)] {
        var scale = [Float](repeating: .nan, count: c.channels), shift = scale
        let plain = problem.backwardData(adding: addend)
        let g = norm.x.withUnsafeBufferPointer { x in
          norm.y.withUnsafeBufferPointer { y in
            scale.withUnsafeMutableBufferPointer { scale in
              shift.withUnsafeMutableBufferPointer { shift in
                withChannels(norm) { factor, offset, mean, deviation in
                  var gradient = ck_bn_gradient(
                    x: x.baseAddress, y: mask == .fromY ? UnsafeRawPointer(y.baseAddress) : nil,
                    relu: mask != .none, factor: factor, offset: offset, mean: mean,
                    inverse_deviation: deviation, scale_gradient: scale.baseAddress,
                    shift_gradient: shift.baseAddress)
                  return problem.backwardData(adding: addend, norm: &gradient)
                }
              }
            }
          }
        }
        #expect(g == norm.masked(plain, mask))
        for channel in 0..<c.channels {
          var (sum, size, product, magnitude) = (0.0, 0.0, 0.0, 0.0)
          for index in stride(from: channel, to: g.count, by: c.channels) {
            let value = Double(g[index])
            let normal = Double(Problem.float(norm.x[index])) - Double(norm.mean[channel])
            sum += value
            size += abs(value)
            product += value * normal * Double(norm.deviation[channel])
            magnitude += abs(value * normal) * Double(norm.deviation[channel])
          }
          // Partial sums of a row are fp32, as those of the forward pass.
          #expect(abs(Double(shift[channel]) - sum) <= 0x1p-20 * size)
          #expect(abs(Double(scale[channel]) - product) <= 0x1p-20 * magnitude)
        }
      }
    }

    /// A batch norm that the forward pass runs for itself: every number of its output is made, and the convolution
    /// is that of the output.
    @Test(arguments: AMXConvolutionTests.cases, [false, true])
    func forwardMakesItsInput(_ c: AMXConvolutionTests.Case, withResidual: Bool) {
      var problem = Problem(c.shape)
      let count = problem.x.count, rows = c.width * c.images
      let norm = Norm(count: count, channels: c.channels)
      var whole = [UInt16](repeating: 0xffff, count: count), parts = whole
      norm.x.withUnsafeBufferPointer { x in
        norm.y.withUnsafeBufferPointer { y in
          parts.withUnsafeMutableBufferPointer { parts in
            withChannels(norm) { factor, offset, _, _ in
              let residual = withResidual ? UnsafeRawPointer(y.baseAddress) : nil
              ck_bn_forward(
                CK_BF16, x.baseAddress, rows * c.height, c.channels, factor, offset, residual, withResidual,
                &whole)
              problem.x = whole
              let (expected, expectedSums) = problem.forward(bias: nil, type: CK_BF16)
              var norm = ck_bn_parts(
                type: CK_BF16, rows: rows, channels: c.channels, x: x.baseAddress, residual: residual,
                factor: factor, offset: offset, relu: withResidual, y: parts.baseAddress)
              let (y, sums) = problem.forward(bias: nil, type: CK_BF16, norm: &norm)
              #expect(y == expected && sums == expectedSums)
            }
          }
        }
      }
      #expect(parts == whole)
    }

    /// Maps so large that the gradients of the weights are summed in groups of rows.
    static let large = [
      AMXConvolutionTests.Case(height: 14, width: 14, filters: 256, kernel: (1, 1), padding: (0, 0)),
      AMXConvolutionTests.Case(
        channels: 16, height: 27, width: 27, filters: 256, kernel: (1, 1), stride: 2, padding: (0, 0)),
      AMXConvolutionTests.Case(height: 14, width: 14, filters: 256),
      AMXConvolutionTests.Case(
        channels: 3, height: 28, width: 28, filters: 256, kernel: (7, 7), stride: 2, padding: (3, 3)),
    ]

    /// A batch norm above, whose way back this runs row by row: the gradients are those of its whole output.
    @Test(arguments: AMXConvolutionTests.cases + large, [false, true])
    func backwardRunsTheNormAbove(_ c: AMXConvolutionTests.Case, relu: Bool) {
      var problem = Problem(c.shape)
      let rows = problem.dy.count / c.filters, norm = Norm(count: problem.dy.count, channels: c.filters)
      let gradient = problem.dy, scale = Problem.numbers(c.filters, seed: 27).map(Problem.float)
      let sums = norm.factor.map { $0 * 50 }
      norm.x.withUnsafeBufferPointer { x in
        gradient.withUnsafeBufferPointer { g in
          scale.withUnsafeBufferPointer { scale in
            sums.withUnsafeBufferPointer { sums in
              withChannels(norm) { factor, offset, mean, deviation in
                ck_bn_backward_data(
                  CK_BF16, g.baseAddress, x.baseAddress, nil, rows, rows, c.filters, relu, factor, offset,
                  mean,
                  deviation, scale.baseAddress, sums.baseAddress, sums.baseAddress, &problem.dy)
                let (dx, dw) = (problem.backwardData(), problem.backwardWeights())
                var parts = ck_bn_backward_parts(
                  type: CK_BF16, rows: rows / Int(c.shape.output_height), all_rows: rows, channels: c.filters,
                  dy: g.baseAddress, x: x.baseAddress, relu: relu, factor: factor, offset: offset, mean: mean,
                  inverse_deviation: deviation, scale: scale.baseAddress, scale_gradient: sums.baseAddress,
                  shift_gradient: sums.baseAddress)
                for (data, weights) in [(true, true), (true, false), (false, true)] {
                  let result = problem.backward(outputNorm: &parts, wantsData: data, wantsWeights: weights)
                  #expect(result.0 == (data ? dx : nil) && result.1 == (weights ? dw : nil))
                }
              }
            }
          }
        }
      }
    }

    private func withChannels<Result>(
      _ norm: Norm,
      _ body: (
        UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>
      ) -> Result
    ) -> Result {
      body(norm.factor, norm.offset, norm.mean, norm.deviation)
    }
  }
#endif
