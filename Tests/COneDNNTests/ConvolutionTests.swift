import COneDNN
import Testing

/// One square convolution and what it is expected to compute.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
  var name: String
  var batch = 2
  var channels: (inputs: Int, outputs: Int)
  var size: Int
  var kernel = 3
  var stride = 1
  var dilation = 1
  /// Before and after, in both directions.
  var pad = (1, 1)
  var groups = 1
  var bias = true
  var algorithm = CDNN_DIRECT
  var type = CDNN_F32
  var tolerance = 1e-5

  var testDescription: String { name }

  var outSize: Int { (size + pad.0 + pad.1 - (kernel - 1) * dilation - 1) / stride + 1 }

  var shape: cdnn_convolution {
    var shape = cdnn_convolution()
    (shape.batch, shape.groups) = (Int64(batch), Int64(groups))
    (shape.in_channels, shape.out_channels) = (Int64(channels.inputs), Int64(channels.outputs))
    (shape.in_height, shape.in_width) = (Int64(size), Int64(size))
    (shape.out_height, shape.out_width) = (Int64(outSize), Int64(outSize))
    (shape.kernel_height, shape.kernel_width) = (Int64(kernel), Int64(kernel))
    (shape.stride_height, shape.stride_width) = (Int64(stride), Int64(stride))
    (shape.dilation_height, shape.dilation_width) = (Int64(dilation), Int64(dilation))
    (shape.pad_top, shape.pad_left) = (Int64(pad.0), Int64(pad.0))
    (shape.pad_bottom, shape.pad_right) = (Int64(pad.1), Int64(pad.1))
    (shape.bias, shape.type, shape.algorithm) = (bias, type, algorithm)
    return shape
  }

  var src: [Float] { values(batch * channels.inputs * size * size, seed: 1) }
  var weights: [Float] { values(channels.outputs * channels.inputs / groups * kernel * kernel, seed: 2) }
  var biases: [Float] { values(channels.outputs, seed: 3) }
  var diffDst: [Float] { values(batch * channels.outputs * outSize * outSize, seed: 4) }

  /// Calls `body` with the places in source, weights and destination of every product.
  func forEveryProduct(_ body: (Int, Int, Int) -> Void) {
    let (perGroup, outPerGroup) = (channels.inputs / groups, channels.outputs / groups)
    for n in 0..<batch {
      for o in 0..<channels.outputs {
        for place in 0..<outSize * outSize {
          for c in 0..<perGroup {
            for tap in 0..<kernel * kernel {
              let row = place / outSize * stride + tap / kernel * dilation - pad.0
              let column = place % outSize * stride + tap % kernel * dilation - pad.0
              guard (0..<size).contains(row), (0..<size).contains(column) else { continue }
              let channel = n * channels.inputs + o / outPerGroup * perGroup + c
              body(
                (channel * size + row) * size + column,
                (o * perGroup + c) * kernel * kernel + tap,
                (n * channels.outputs + o) * outSize * outSize + place)
            }
          }
        }
      }
    }
  }
}

@Suite struct ConvolutionTests {
  static let cases: [ConvolutionCase] = [
    .init(name: "3x3", channels: (16, 16), size: 6),
    .init(name: "stride 2, odd channels", channels: (3, 7), size: 9, stride: 2),
    .init(name: "uneven padding, stride 2", channels: (4, 8), size: 8, stride: 2, pad: (0, 1)),
    .init(name: "dilation 2", channels: (5, 17), size: 8, dilation: 2, pad: (2, 2)),
    .init(name: "4 groups", channels: (8, 12), size: 5, groups: 4),
    .init(name: "depthwise, no bias", channels: (16, 16), size: 6, groups: 16, bias: false),
    .init(name: "1x1", channels: (19, 5), size: 4, kernel: 1, pad: (0, 0)),
    .init(name: "5x5 from one channel", channels: (1, 16), size: 8, kernel: 5, pad: (0, 0)),
  ]

  /// Winograd left oneDNN for x64 with 3.2, and before that needs AVX-512, as bf16 does.
  static let wide: [ConvolutionCase] = {
    guard String(cString: cdnn_isa()).hasPrefix("avx512") else { return [] }
    var major: Int32 = 0
    cdnn_version(&major, nil, nil)
    var bf16 = ConvolutionCase(name: "bf16", channels: (16, 16), size: 6)
    (bf16.type, bf16.tolerance) = (CDNN_BF16, 2e-2)
    var winograd = ConvolutionCase(name: "winograd", channels: (16, 16), size: 8)
    (winograd.algorithm, winograd.tolerance) = (CDNN_WINOGRAD, 1e-4)
    return major == 2 ? [bf16, winograd] : [bf16]
  }()

  @Test(arguments: cases + wide) func forward(_ c: ConvolutionCase) throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = c.shape
    let operation = try engine.make {
      cdnn_convolution_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, nil, nil, nil)
    }
    let (src, weights, biases) = (c.src, c.weights, c.biases)
    var inputs = [CDNN_SRC: src, CDNN_WEIGHTS: weights]
    if c.bias { inputs[CDNN_BIAS] = biases }
    let got = try operation.run(inputs)

    var expected = [Double](repeating: 0, count: c.diffDst.count)
    for i in expected.indices where c.bias {
      expected[i] = Double(biases[i / (c.outSize * c.outSize) % c.channels.outputs])
    }
    c.forEveryProduct { s, w, d in expected[d] += Double(src[s]) * Double(weights[w]) }
    #expect(relativeError(got[CDNN_DST], expected) < c.tolerance, "\(operation.kernel)")
    #expect(got.count == 1)
    if c.algorithm == CDNN_WINOGRAD { #expect(operation.kernel.contains("wino")) }
  }

  /// In oneDNN 2.6 that kernel is not the same every time it is made.
  @Test func aKernelThatVariesIsNotUsed() throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = ConvolutionCase(name: "small", batch: 1, channels: (5, 5), size: 4, bias: false).shape
    let layout = try engine.layout([1, 5, 4, 4], CDNN_NHWC)
    let operation = try engine.make {
      cdnn_convolution_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, layout, nil, layout)
    }
    #expect(!operation.kernel.hasPrefix("brgconv:"))
  }

  @Test(arguments: cases + wide) func backwardData(_ c: ConvolutionCase) throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = c.shape
    let operation = try engine.make {
      cdnn_convolution_backward_data($0, engine.pointer, &shape, nil, nil, nil)
    }
    let (weights, diffDst) = (c.weights, c.diffDst)
    let got = try operation.run([CDNN_DIFF_DST: diffDst, CDNN_WEIGHTS: weights])

    var expected = [Double](repeating: 0, count: c.src.count)
    c.forEveryProduct { s, w, d in expected[s] += Double(diffDst[d]) * Double(weights[w]) }
    #expect(relativeError(got[CDNN_DIFF_SRC], expected) < c.tolerance, "\(operation.kernel)")
  }

  @Test(arguments: cases + wide) func backwardWeights(_ c: ConvolutionCase) throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = c.shape
    let operation = try engine.make {
      cdnn_convolution_backward_weights($0, engine.pointer, &shape, nil, nil, nil)
    }
    let (src, diffDst) = (c.src, c.diffDst)
    let got = try operation.run([CDNN_DIFF_DST: diffDst, CDNN_SRC: src])

    var expected = [Double](repeating: 0, count: c.weights.count)
    c.forEveryProduct { s, w, d in expected[w] += Double(diffDst[d]) * Double(src[s]) }
    #expect(relativeError(got[CDNN_DIFF_WEIGHTS], expected) < c.tolerance, "\(operation.kernel)")
    guard c.bias else {
      #expect(got[CDNN_DIFF_BIAS] == nil)
      return
    }
    var biases = [Double](repeating: 0, count: c.channels.outputs)
    for (i, value) in diffDst.enumerated() {
      biases[i / (c.outSize * c.outSize) % c.channels.outputs] += Double(value)
    }
    #expect(relativeError(got[CDNN_DIFF_BIAS], biases) < c.tolerance, "\(operation.kernel)")
  }

  @Test func givenLayoutsAreUsed() throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = ConvolutionCase(name: "", channels: (8, 4), size: 6).shape
    let (src, weights, dst) = (
      try engine.layout([2, 8, 6, 6], CDNN_NHWC), try engine.layout([4, 8, 3, 3], CDNN_NCHW),
      try engine.layout([2, 4, 6, 6], CDNN_NCHW)
    )
    let operation = try engine.make {
      cdnn_convolution_forward(
        $0, engine.pointer, &shape, CDNN_FORWARD_INFERENCE, src, weights, dst)
    }
    #expect(cdnn_layout_equal(operation.layout(CDNN_SRC), src))
    #expect(cdnn_layout_equal(operation.layout(CDNN_WEIGHTS), weights))
    #expect(cdnn_layout_equal(operation.layout(CDNN_DST), dst))
  }

  @Test func gradientsOfBF16WeightsAreFP32() throws {
    let engine = try Engine()
    defer { engine.close() }
    guard let c = Self.wide.first(where: { $0.type == CDNN_BF16 }) else { return }
    var shape = c.shape
    let operation = try engine.make {
      cdnn_convolution_backward_weights($0, engine.pointer, &shape, nil, nil, nil)
    }
    let gradient = try #require(operation.layout(CDNN_DIFF_WEIGHTS))
    #expect(cdnn_layout_bytes(gradient) >= c.weights.count * 4)
    #expect(cdnn_layout_bytes(operation.layout(CDNN_DIFF_BIAS)) == c.channels.outputs * 4)
  }
}
