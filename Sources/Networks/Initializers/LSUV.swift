/// Layer-sequential unit-variance: every layer's weights are divided by the standard deviation of its outputs on a batch
/// of the training data, one layer after another.
///
/// Source: Mishkin, Matas, "All you need is a good init", ICLR 2016.
public struct LSUV: Hashable, Sendable {
  /// How far from 1 the variance of a layer's outputs may stay.
  public var tolerance: Double
  /// How often a layer is scaled at most.
  public var iterations: Int

  /// The published rule.
  public init(tolerance: Double = 0.1, iterations: Int = 10) {
    self.tolerance = tolerance
    self.iterations = iterations
  }
}

extension LSUV {
  /// What is wrong with its options; nil where nothing is.
  var problem: String? {
    if !(tolerance > 0 && tolerance.isFinite) { return "lsuv's tolerance is above 0, not \(tolerance)" }
    return iterations > 0 ? nil : "lsuv's iterations are at least 1, not \(iterations)"
  }
}

extension LSUV: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case tolerance, iterations }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: "lsuv")
    self.init(
      tolerance: try options.value(.tolerance, default: LSUV().tolerance),
      iterations: try options.value(.iterations, default: LSUV().iterations))
    if let problem { throw NetworkError.text(place: decoder.place, problem: problem) }
  }
}
