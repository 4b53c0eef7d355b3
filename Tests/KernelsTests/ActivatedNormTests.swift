import Testing

@testable import Kernels

/// A batch norm with an activation on top against the norm, then the activation: the same bits, but for the sums of
/// scale and shift, which are taken block by block.
@Suite struct ActivatedNormTests {
  /// Of several blocks of rows, the last one smaller.
  private static let shapes = [
    (rows: 1, channels: 3), (rows: 2500, channels: 40), (rows: 40_000, channels: 5),
  ]

  @Test(arguments: shapes, [Activation.silu, .hardSwish, .elu(alpha: 1, scale: 1), .relu6])
  func isTheNormThenTheActivation(shape: (rows: Int, channels: Int), activation: Activation) {
    let (rows, channels) = shape
    let count = rows * channels
    let norm = PixelMajorNorm(rows: rows, channels: channels, type: .fp32, epsilon: 1e-5, relu: false)
    func values(_ seed: Int, _ count: Int) -> [Float] {
      (0..<count).map { Float(($0 * 7919 + seed * 104_729) % 4001) / 1000 - 2 }
    }
    let (x, dy) = (values(1, count), values(2, count))
    let mean = values(3, channels)
    var fold = [Float](repeating: 0, count: norm.foldCount)
    norm.fold(
      mean: mean, variance: values(4, channels).map { $0 * $0 + 0.5 }, scale: values(5, channels),
      shift: values(6, channels), into: &fold)

    var (z, y, expected) = (x, x, x)
    norm.forward(
      x, mean: mean, variance: values(4, channels).map { $0 * $0 + 0.5 }, scale: values(5, channels),
      shift: values(6, channels), fold: &fold, residual: nil, into: &z)
    activation.forward(z, into: &expected, count: count, type: .fp32)
    norm.forward(x, fold: fold, below: activation, into: &y)
    #expect(y == expected)

    var (g, expectedG) = (x, x)
    var (scale, shift) = (
      [Float](repeating: .nan, count: channels), [Float](repeating: .nan, count: channels)
    )
    var (expectedScale, expectedShift) = (scale, shift)
    activation.backward(dy, input: z, into: &expectedG, count: count, type: .fp32)
    norm.backwardSums(
      expectedG, x: x, y: nil, mean: mean, fold: fold, residualGradient: nil, scaleGradient: &expectedScale,
      shiftGradient: &expectedShift)
    var scratch = [UInt64](repeating: .max, count: norm.activatedScratchByteCount / 8 + 8)
    scratch.withUnsafeMutableBytes { scratch in
      scale.withUnsafeMutableBufferPointer { scale in
        shift.withUnsafeMutableBufferPointer { shift in
          mean.withUnsafeBufferPointer { mean in
            guard let room = scratch.baseAddress?.alignedUp(toMultipleOf: 64), let mean = mean.baseAddress,
              let scale = scale.baseAddress, let shift = shift.baseAddress
            else { return }
            norm.backward(
              dy, x: x, fold: fold, below: activation, into: &g, scratch: room,
              sums: .init(mean: mean, scale: scale, shift: shift))
          }
        }
      }
    }
    #expect(g == expectedG)
    for c in 0..<channels {
      #expect(abs(scale[c] - expectedScale[c]) <= 1e-5 * max(1, abs(expectedScale[c])))
      #expect(abs(shift[c] - expectedShift[c]) <= 1e-5 * max(1, abs(expectedShift[c])))
    }
  }
}
