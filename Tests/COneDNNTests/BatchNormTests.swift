import COneDNN
import Testing

@Suite struct BatchNormTests {
  static let epsilon = 1e-5

  /// Batch norm by its definition, in double precision; places are (batch, channel, pixel).
  struct Reference {
    var y, dx: [Double]
    var mean, variance, diffScale, diffShift: [Double]

    init(_ src: [Float], diffDst: [Float], scale: [Float], shift: [Float], relu: Bool) {
      let channels = scale.count
      y = src.map { _ in 0 }
      dx = y
      mean = scale.map { _ in 0 }
      (variance, diffScale, diffShift) = (mean, mean, mean)
      let pixels = BatchNormTests.pixels(channels: channels, count: src.count)
      for c in 0..<channels {
        let places = src.indices.filter { $0 / pixels % channels == c }
        let count = Double(places.count)
        mean[c] = places.reduce(0) { $0 + Double(src[$1]) } / count
        for i in places { variance[c] += (Double(src[i]) - mean[c]) * (Double(src[i]) - mean[c]) / count }
        let inverse = 1 / (variance[c] + epsilon).squareRoot()
        var incoming: [Int: Double] = [:]
        for i in places {
          let normal = (Double(src[i]) - mean[c]) * inverse
          let value = normal * Double(scale[c]) + Double(shift[c])
          let passes = !relu || value > 0
          y[i] = passes ? value : 0
          incoming[i] = passes ? Double(diffDst[i]) : 0
          diffShift[c] += incoming[i, default: 0]
          diffScale[c] += incoming[i, default: 0] * normal
        }
        for i in places {
          let normal = (Double(src[i]) - mean[c]) * inverse
          let centred = incoming[i, default: 0] - diffShift[c] / count - normal * diffScale[c] / count
          dx[i] = Double(scale[c]) * inverse * centred
        }
      }
    }
  }

  /// Pixels of a channel in a batch of 4.
  static func pixels(channels: Int, count: Int) -> Int { count / channels / 4 }

  @Test(
    arguments: [
      (CDNN_NCHW, [4, 5, 3, 4]), (CDNN_NHWC, [4, 16, 3, 4]), (CDNN_NCHW16C, [4, 19, 3, 3]),
      (CDNN_NC, [4, 24]),
    ] as [(cdnn_order, [Int64])], [false, true])
  func trainingInferenceAndBackward(data: (order: cdnn_order, dims: [Int64]), relu: Bool) throws {
    let engine = try Engine()
    defer { engine.close() }
    let layout = try engine.layout(data.dims, data.order)
    let epsilon = Float(Self.epsilon)
    let training = try engine.make {
      cdnn_batch_norm_forward($0, engine.pointer, layout, epsilon, relu, CDNN_FORWARD_TRAINING)
    }
    let inference = try engine.make {
      cdnn_batch_norm_forward($0, engine.pointer, layout, epsilon, relu, CDNN_FORWARD_INFERENCE)
    }
    let backward = try engine.make {
      cdnn_batch_norm_backward($0, engine.pointer, layout, epsilon, relu)
    }
    #expect((training.layout(CDNN_WORKSPACE) != nil) == relu)
    #expect(cdnn_layout_equal(training.layout(CDNN_WORKSPACE), backward.layout(CDNN_WORKSPACE)))
    #expect(inference.layout(CDNN_WORKSPACE) == nil)

    let (channels, count) = (Int(data.dims[1]), Int(data.dims.reduce(1, *)))
    let (src, diffDst) = (values(count, seed: 7), values(count, seed: 8))
    let (scale, shift) = (values(channels, seed: 9), values(channels, seed: 10))
    let expected = Reference(src, diffDst: diffDst, scale: scale, shift: shift, relu: relu)

    let workspace = training.makeWorkspace()
    let parameters = [CDNN_SRC: src, CDNN_SCALE: scale, CDNN_SHIFT: shift]
    let trained = try training.run(parameters, workspace: workspace)
    #expect(relativeError(trained[CDNN_DST], expected.y) < 1e-5, "\(training.kernel)")
    #expect(relativeError(trained[CDNN_MEAN], expected.mean) < 1e-5)
    #expect(relativeError(trained[CDNN_VARIANCE], expected.variance) < 1e-5)

    let statistics = [
      CDNN_MEAN: expected.mean.map { Float($0) }, CDNN_VARIANCE: expected.variance.map { Float($0) },
    ]
    let inputs = parameters.merging(statistics) { $1 }
    let inferred = try inference.run(inputs)
    #expect(relativeError(inferred[CDNN_DST], expected.y) < 1e-5, "\(inference.kernel)")

    let gradients = try backward.run(inputs.merging([CDNN_DIFF_DST: diffDst]) { $1 }, workspace: workspace)
    #expect(relativeError(gradients[CDNN_DIFF_SRC], expected.dx) < 1e-5, "\(backward.kernel)")
    #expect(relativeError(gradients[CDNN_DIFF_SCALE], expected.diffScale) < 1e-5)
    #expect(relativeError(gradients[CDNN_DIFF_SHIFT], expected.diffShift) < 1e-5)
  }
}
