import COneDNN
import Testing

@Suite struct DenseTests {
  static let features = 10

  static func shape(_ inDims: [Int64], batch: Int, bias: Bool) -> cdnn_dense {
    var shape = cdnn_dense()
    (shape.batch, shape.out_features, shape.bias) = (Int64(batch), Int64(features), bias)
    (shape.rank, shape.type) = (Int32(inDims.count + 1), CDNN_F32)
    shape.in_dims = inDims.count == 1 ? (inDims[0], 0, 0) : (inDims[0], inDims[1], inDims[2])
    return shape
  }

  @Test(arguments: [[37], [5, 3, 2], [16, 2, 2]] as [[Int64]], [true, false])
  func forwardAndBackward(inDims: [Int64], bias: Bool) throws {
    let engine = try Engine()
    defer { engine.close() }
    var shape = Self.shape(inDims, batch: 6, bias: bias)
    let (batch, inputs, outputs) = (6, Int(inDims.reduce(1, *)), Self.features)
    let (src, weights) = (values(batch * inputs, seed: 11), values(outputs * inputs, seed: 12))
    let (biases, diffDst) = (values(outputs, seed: 13), values(batch * outputs, seed: 14))
    var y = [Double](repeating: 0, count: batch * outputs)
    var (dx, dw) = (src.map { _ in 0.0 }, weights.map { _ in 0.0 })
    var db = [Double](repeating: 0, count: outputs)
    for n in 0..<batch {
      for o in 0..<outputs {
        let d = n * outputs + o
        y[d] = bias ? Double(biases[o]) : 0
        db[o] += Double(diffDst[d])
        for i in 0..<inputs {
          y[d] += Double(src[n * inputs + i]) * Double(weights[o * inputs + i])
          dx[n * inputs + i] += Double(diffDst[d]) * Double(weights[o * inputs + i])
          dw[o * inputs + i] += Double(diffDst[d]) * Double(src[n * inputs + i])
        }
      }
    }

    let forward = try engine.make {
      cdnn_dense_forward($0, engine.pointer, &shape, CDNN_FORWARD_TRAINING, nil, nil, nil)
    }
    let gotY = try forward.run(
      [CDNN_SRC: src, CDNN_WEIGHTS: weights].merging(bias ? [CDNN_BIAS: biases] : [:]) { $1 })
    #expect(relativeError(gotY[CDNN_DST], y) < 1e-5, "\(forward.kernel)")

    let data = try engine.make { cdnn_dense_backward_data($0, engine.pointer, &shape, nil, nil, nil) }
    let gotDX = try data.run([CDNN_DIFF_DST: diffDst, CDNN_WEIGHTS: weights])
    #expect(relativeError(gotDX[CDNN_DIFF_SRC], dx) < 1e-5, "\(data.kernel)")

    let gradient = try engine.make { cdnn_dense_backward_weights($0, engine.pointer, &shape, nil, nil, nil) }
    let got = try gradient.run([CDNN_DIFF_DST: diffDst, CDNN_SRC: src])
    #expect(relativeError(got[CDNN_DIFF_WEIGHTS], dw) < 1e-5, "\(gradient.kernel)")
    if bias {
      #expect(relativeError(got[CDNN_DIFF_BIAS], db) < 1e-5, "\(gradient.kernel)")
    } else {
      #expect(got[CDNN_DIFF_BIAS] == nil)
    }
  }
}
