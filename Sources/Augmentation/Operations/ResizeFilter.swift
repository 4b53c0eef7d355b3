/// The weights of an antialiased bilinear resize along one axis, in fixed point.
///
/// Each output pixel is a weighted mean of a run of input pixels under a triangle, which is widened by the
/// factor of reduction. Follows Pillow's `ImagingResample` with `PRECISION_BITS` of 22, so that whole images
/// agree byte for byte.
struct ResizeFilter {
  /// Fraction bits of the weights: 8 are left for the value and 2 for the sum's overshoot.
  static let precision: Int32 = 22

  /// The most input pixels that an output pixel has.
  let taps: Int
  /// For each output pixel the first input pixel and how many there are.
  let runs: [Run]
  /// `taps` weights for each output pixel, zero behind the run's end.
  let weights: [Int32]

  struct Run {
    var first: Int
    var count: Int
  }

  init(from input: Int, to output: Int) {
    let scale = Double(input) / Double(output)
    let support = max(scale, 1)
    taps = Int(support.rounded(.up)) * 2 + 1

    var runs: [Run] = []
    runs.reserveCapacity(output)
    var weights = [Int32](repeating: 0, count: output * taps)
    var exact = [Double](repeating: 0, count: taps)
    for index in 0..<output {
      let center = (Double(index) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let count = min(Int(center + support + 0.5), input) - first
      var sum = 0.0
      for tap in 0..<count {
        let distance = abs((Double(tap + first) - center + 0.5) * (1 / support))
        exact[tap] = distance < 1 ? 1 - distance : 0
        sum += exact[tap]
      }
      for tap in 0..<count where sum != 0 {
        weights[index * taps + tap] = Int32(0.5 + exact[tap] / sum * Double(1 << Self.precision))
      }
      runs.append(Run(first: first, count: count))
    }
    self.runs = runs
    self.weights = weights
  }
}
