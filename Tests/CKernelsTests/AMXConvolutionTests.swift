#if arch(x86_64) && os(Linux)
  import CKernels
  import Testing

  /// The AMX convolutions against sums in double precision. The oracle computes a sample of each result's numbers
  /// (debug builds are slow); that every number is written, and none outside, is checked on all of them.
  @Suite(.enabled(if: ck_amx_available(), "this CPU has no AMX, or the system does not grant it"))
  struct AMXConvolutionTests {
    struct Case: CustomTestStringConvertible, Sendable {
      var images = 16
      var channels = 32
      var height = 5
      var width = 6
      var filters = 32
      var kernel = (3, 3)
      var stride = 1
      var dilation = 1
      var padding = (1, 1)

      var shape: ck_conv_shape {
        func output(_ size: Int, _ kernel: Int, _ padding: Int) -> Int32 {
          Int32((size + 2 * padding - (kernel - 1) * dilation - 1) / stride + 1)
        }
        return ck_conv_shape(
          images: Int32(images), channels: Int32(channels), height: Int32(height), width: Int32(width),
          filters: Int32(filters), output_height: output(height, kernel.0, padding.0),
          output_width: output(width, kernel.1, padding.1), kernel_height: Int32(kernel.0),
          kernel_width: Int32(kernel.1), stride: Int32(stride), dilation: Int32(dilation),
          pad_top: Int32(padding.0), pad_left: Int32(padding.1), groups: 1)
      }

      var testDescription: String {
        "\(images)x\(channels)x\(height)x\(width), \(filters) filters \(kernel), stride \(stride), "
          + "dilation \(dilation), padding \(padding)"
      }
    }

    static let cases: [Case] = [
      Case(),
      Case(images: 1), Case(images: 5), Case(images: 20), Case(images: 32), Case(images: 33),
      Case(images: 5, channels: 3, filters: 16), Case(images: 32, channels: 3, filters: 48),
      Case(channels: 16, filters: 10), Case(channels: 24, filters: 24), Case(channels: 40, filters: 80),
      Case(channels: 64, filters: 48), Case(images: 32, channels: 96, filters: 64),
      Case(channels: 33, filters: 17),
      Case(images: 32, channels: 64, height: 4, width: 4, filters: 64),
      Case(images: 32, channels: 48, height: 7, width: 9, stride: 2),
      Case(images: 20, height: 8, width: 8, filters: 10, stride: 2),
      Case(kernel: (1, 1), padding: (0, 0)), Case(images: 33, kernel: (1, 1), stride: 2, padding: (0, 0)),
      Case(channels: 64, height: 1, width: 1, filters: 10, kernel: (1, 1), padding: (0, 0)),
      Case(channels: 1, filters: 5, kernel: (1, 1), padding: (0, 0)),
      Case(images: 5, kernel: (5, 5), padding: (2, 2)), Case(kernel: (5, 3), padding: (0, 1)),
      Case(
        images: 16, channels: 3, height: 13, width: 11, filters: 16, kernel: (7, 7), stride: 2,
        padding: (3, 3)),
      Case(height: 9, width: 7, dilation: 2, padding: (2, 2)),
      Case(images: 32, width: 9, dilation: 2, padding: (0, 0)),
      Case(height: 7, width: 8, stride: 3, dilation: 2, padding: (2, 1)),
      Case(images: 32, height: 3, width: 3, padding: (2, 2)),
      Case(kernel: (2, 2), stride: 2, padding: (0, 0)),
    ]

    // Sums in fp32 err by about the square root of their length times 2^-24 of the sum of the products' sizes; three
    // times that is allowed. A result in bf16 is also rounded, by at most 2^-9 of it, or 2^-8 where the error before
    // rounding crosses a power of two.
    static func tolerance(terms: Int, magnitude: Double, value: Double, rounded: Bool) -> Double {
      3 * Double(terms).squareRoot() * 0x1p-24 * magnitude + (rounded ? 0x1p-8 * abs(value) : 0) + 1e-30
    }

    @Test(arguments: cases) func forward(_ c: Case) throws {
      let problem = Problem(c.shape)
      for (type, hasBias) in [(CK_BF16, true), (CK_F32, false)] {
        let bias = hasBias ? problem.bias : [Float](repeating: 0, count: c.filters)
        let (y, sums) = problem.forward(bias: hasBias ? bias : nil, type: type)
        #expect(!y.contains { $0.isNaN }, "every number of y is written")
        for sample in problem.samples(of: y.count) {
          var (value, magnitude, terms) = problem.output(at: sample)
          value += Double(bias[sample % c.filters])
          magnitude += abs(Double(bias[sample % c.filters]))
          let allowed = Self.tolerance(
            terms: terms + 1, magnitude: magnitude, value: value, rounded: type == CK_BF16)
          #expect(abs(Double(y[sample]) - value) <= allowed, "at \(sample)")
        }
        // Partial sums of a row are fp32: up to 2^-24 for each of its numbers, on average far less.
        for filter in 0..<c.filters {
          var (sum, square, size) = (0.0, 0.0, 0.0)
          for index in stride(from: filter, to: y.count, by: c.filters) {
            sum += Double(y[index])
            square += Double(y[index]) * Double(y[index])
            size += abs(Double(y[index]))
          }
          #expect(abs(Double(sums[filter]) - sum) <= 0x1p-20 * size)
          #expect(abs(Double(sums[c.filters + filter]) - square) <= 0x1p-20 * square)
        }
      }
    }

    @Test(arguments: cases) func backwardData(_ c: Case) {
      let problem = Problem(c.shape)
      let dx = problem.backwardData()
      #expect(!dx.contains { $0.isNaN }, "every number of dx is written")
      for sample in problem.samples(of: dx.count) {
        let (value, magnitude, terms) = problem.inputGradient(at: sample)
        let allowed = Self.tolerance(terms: terms, magnitude: magnitude, value: value, rounded: true)
        #expect(abs(Double(dx[sample]) - value) <= allowed, "at \(sample)")
      }
    }

    /// Another gradient is added before the rounding, also where no tap reaches.
    @Test(arguments: cases) func backwardDataAdds(_ c: Case) {
      let problem = Problem(c.shape)
      let addend = Problem.numbers(problem.x.count, seed: 5)
      let dx = problem.backwardData(adding: addend)
      for sample in problem.samples(of: dx.count) {
        let (sum, magnitude, terms) = problem.inputGradient(at: sample)
        let other = Double(Problem.float(addend[sample]))
        let allowed = Self.tolerance(
          terms: terms + 1, magnitude: magnitude + abs(other), value: sum + other, rounded: true)
        #expect(abs(Double(dx[sample]) - sum - other) <= allowed, "at \(sample)")
      }
    }

    @Test(arguments: cases) func backwardWeights(_ c: Case) {
      let problem = Problem(c.shape)
      let dw = problem.backwardWeights()
      #expect(!dw.contains { $0.isNaN }, "every number of dw is written")
      for sample in problem.samples(of: dw.count) {
        let (value, magnitude, terms) = problem.weightGradient(at: sample)
        let allowed = Self.tolerance(terms: terms, magnitude: magnitude, value: value, rounded: false)
        #expect(abs(Double(dw[sample]) - value) <= allowed, "at \(sample)")
      }
    }

    @Test func sizesThatMakeNoSenseAreRefused() {
      var shape = Case().shape
      #expect(ck_amx_conv_supported(&shape, CK_FORWARD))
      shape.images = 0
      #expect(!ck_amx_conv_supported(&shape, CK_FORWARD))
    }
  }
#endif
