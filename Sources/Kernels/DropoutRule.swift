/// What a dropout does to the values that it keeps and to those that it drops.
public struct DropoutRule: Sendable, Equatable {
  /// The probability that a value is dropped, 0..<1.
  public let probability: Double
  /// A value that is kept becomes `scale * x + shift`.
  public let scale, shift: Float
  /// What the others become.
  public let dropped: Float

  private init(_ probability: Double, scale: Double, shift: Double = 0, dropped: Double = 0) {
    self.probability = probability
    self.scale = Float(scale)
    self.shift = Float(shift)
    self.dropped = Float(dropped)
  }

  /// Zeros, and the others scaled up by `1 / (1 - probability)`, so that the expectation stays.
  public static func inverted(_ probability: Double) -> DropoutRule {
    DropoutRule(probability, scale: 1 / (1 - probability))
  }

  /// Zeros, and the others as they are: inference scales by `1 - probability` instead.
  ///
  /// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
  public static func classic(_ probability: Double) -> DropoutRule { DropoutRule(probability, scale: 1) }

  /// What a SELU falls to far below 0 in place of what is dropped, and all of it scaled and shifted so that mean 0 and
  /// variance 1 stay.
  ///
  /// Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NeurIPS 2017.
  public static func alpha(_ probability: Double) -> DropoutRule {
    let floor = -1.758_099_340_847_376_6
    let scale = 1 / ((floor * floor * probability + 1) * (1 - probability)).squareRoot()
    let shift = -scale * floor * probability
    return DropoutRule(probability, scale: scale, shift: shift, dropped: scale * floor + shift)
  }

  /// What happens to the gradients of the same values.
  public var ofGradients: DropoutRule { DropoutRule(probability, scale: Double(scale)) }

  /// Draws below it drop.
  var threshold: UInt32 { UInt32(min(probability * 0x1p32, Double(UInt32.max))) }
}
