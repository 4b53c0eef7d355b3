/// The weights of an antialiased bilinear resize along one axis, in fixed point.
///
/// Each output pixel is a weighted mean of a run of input pixels under a triangle, which is widened by the
/// factor of reduction. Follows Pillow's `ImagingResample` with `PRECISION_BITS` of 22, so that whole images
/// agree byte for byte.
///
/// Inputs are taken in pairs and a weight is kept as two halves of 11 bits, because processors multiply and
/// add neighbouring 16-bit numbers at once. The sums are exact all the same.
struct ResizeFilter {
  /// Fraction bits of a weight.
  static let precision: Int32 = 22
  /// Half of a level, with which every sum begins.
  static let half: Int32 = 1 << (precision - 1)

  /// For each output pixel its inputs.
  let runs: [Run]
  /// The weights of all runs, one after the other.
  let pairs: [PairWeights]

  /// The inputs of an output pixel: the first one and the number of pairs. The last pair may reach one input
  /// too far, with no weight.
  struct Run {
    let first: Int
    let pairs: Int
  }

  /// The weights of two neighbouring inputs, in the even and in the odd lanes.
  struct PairWeights {
    let upper: SIMD8<Int16>
    let lower: SIMD8<Int16>

    init(_ first: Int32, _ second: Int32) {
      upper = Self.lanes(first >> 11, second >> 11)
      lower = Self.lanes(first & 2047, second & 2047)
    }

    private static func lanes(_ even: Int32, _ odd: Int32) -> SIMD8<Int16> {
      var lanes = SIMD8<Int16>()
      lanes.evenHalf = SIMD4(repeating: Int16(even))
      lanes.oddHalf = SIMD4(repeating: Int16(odd))
      return lanes
    }
  }

  /// - Parameter startingEven: whether every run begins at an even input, if need be with no weight.
  init(from input: Int, to output: Int, startingEven: Bool = false) {
    let scale = Double(input) / Double(output)
    let support = max(scale, 1)
    var runs: [Run] = []
    var pairs: [PairWeights] = []
    runs.reserveCapacity(output)
    pairs.reserveCapacity(output * (Int(support) + 2))
    var exact: [Double] = []
    for index in 0..<output {
      let center = (Double(index) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), input)
      exact.removeAll(keepingCapacity: true)
      var sum = 0.0
      let isMoved = startingEven && start % 2 == 1
      if isMoved { exact.append(0) }
      for tap in start..<end {
        let distance = abs((Double(tap) - center + 0.5) * (1 / support))
        let weight = max(1 - distance, 0)
        exact.append(weight)
        sum += weight
      }
      if exact.count % 2 == 1 { exact.append(0) }
      for tap in stride(from: 0, to: exact.count, by: 2) {
        pairs.append(PairWeights(Self.fixed(exact[tap] / sum), Self.fixed(exact[tap + 1] / sum)))
      }
      runs.append(Run(first: isMoved ? start - 1 : start, pairs: exact.count / 2))
    }
    self.runs = runs
    self.pairs = pairs
  }

  private static func fixed(_ weight: Double) -> Int32 {
    Int32(0.5 + weight * Double(1 << precision))
  }
}

extension ResizeFilter {
  /// The values that belong to sums of upper and of lower halves. With thousands of inputs the rounding of
  /// their weights can add up to more than one, hence the limit.
  @inline(__always)
  static func values(upper: SIMD4<Int32>, lower: SIMD4<Int32>) -> SIMD4<Int16> {
    let values = SIMD4<Int16>(truncatingIfNeeded: (upper &<< 11 &+ lower) &>> precision)
    return pointwiseMin(values, SIMD4(repeating: 255))
  }
}

/// Sums of an even and the next odd lane, each multiplied by its weight: one instruction (pmaddwd on x86).
@inline(__always)
func pairSums(_ lanes: SIMD8<Int16>, _ weights: SIMD8<Int16>) -> SIMD4<Int32> {
  let products = SIMD8<Int32>(truncatingIfNeeded: lanes) &* SIMD8<Int32>(truncatingIfNeeded: weights)
  return products.evenHalf &+ products.oddHalf
}
