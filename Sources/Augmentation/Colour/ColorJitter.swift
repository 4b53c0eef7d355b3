/// Brightness, contrast, saturation and hue changed by random factors, in random order.
///
/// Each factor is uniform in its range. Follows torchvision's `ColorJitter` on 8-bit tensors. On grey images
/// saturation and hue do nothing; alpha stays.
public struct ColorJitter: Transform {
  /// The factor of brightness, 0...100: 0 is black, 1 changes nothing.
  public var brightness: ClosedRange<Double>
  /// The factor of contrast, 0...100: 0 is the mean grey, 1 changes nothing.
  public var contrast: ClosedRange<Double>
  /// The factor of saturation, 0...100: 0 is grey, 1 changes nothing.
  public var saturation: ClosedRange<Double>
  /// The shift of the hue, -0.5...0.5 of a full turn: 0 changes nothing.
  public var hue: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A jitter with factors in ranges.
  public init(
    brightness: ClosedRange<Double>, contrast: ClosedRange<Double> = 1...1,
    saturation: ClosedRange<Double> = 1...1, hue: ClosedRange<Double> = 0...0, probability: Double = 1
  ) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
    self.probability = probability
  }

  /// A jitter by up to an amount: 0.4 means factors of 0.6...1.4, and for the hue shifts of -0.4...0.4.
  public init(
    brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0,
    probability: Double = 1
  ) {
    func around(_ amount: Double) -> ClosedRange<Double> { max(0, 1 - abs(amount))...1 + abs(amount) }
    self.init(
      brightness: around(brightness), contrast: around(contrast), saturation: around(saturation),
      hue: -abs(hue)...abs(hue), probability: probability)
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case brightness, contrast, saturation, hue, probability
  }

  /// An option that is absent changes nothing; one number is an amount.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    func factor(_ key: CodingKeys) throws(AugmentationError) -> ClosedRange<Double> {
      try options.range(key, default: 1...1) { (max(0, 1 - $0), 1 + $0) }
    }
    self.init(
      brightness: try factor(.brightness), contrast: try factor(.contrast),
      saturation: try factor(.saturation),
      hue: try options.range(.hue, default: 0...0) { (-$0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the ranges and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: brightness, .brightness, within: Plan.factors)
    try Self.check(range: contrast, .contrast, within: Plan.factors)
    try Self.check(range: saturation, .saturation, within: Plan.factors)
    try Self.check(range: hue, .hue, within: Plan.shifts)
    try Self.check(probability: probability, .probability)
  }

  /// Draws all four factors, whether they can change something or not, and then the order.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    var adjustments = [
      Adjustment(kind: .brightness, factor: stream.uniform(in: brightness)),
      Adjustment(kind: .contrast, factor: stream.uniform(in: contrast)),
      Adjustment(kind: .saturation, factor: stream.uniform(in: saturation)),
      Adjustment(kind: .hue, factor: stream.uniform(in: hue)),
    ]
    for index in adjustments.indices.dropLast() {
      adjustments.swapAt(index, stream.integer(in: index...adjustments.count - 1))
    }
    adjustments.removeAll { $0.isIdentity }
    return adjustments.isEmpty ? nil : Plan(adjustments: adjustments)
  }
}

extension ColorJitter {
  /// One change of colour.
  public struct Adjustment: Codable, Equatable, Sendable {
    /// What is changed.
    public enum Kind: String, Codable, Sendable { case brightness, contrast, saturation, hue }

    /// What is changed.
    public let kind: Kind
    /// The factor, or for the hue the shift in full turns.
    public let factor: Double

    var isIdentity: Bool { factor == (kind == .hue ? 0 : 1) }
  }

  /// Changes of colour in order.
  public struct Plan: TransformPlan {
    static let factors = 0.0...100
    static let shifts = -0.5...0.5

    /// What is changed, in order.
    public let adjustments: [Adjustment]

    /// Changes the image in place. Changes that are tables and stand side by side take one pass.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      var tables: ChannelTables?
      for adjustment in adjustments {
        let limits = adjustment.kind == .hue ? Self.shifts : Self.factors
        guard limits.contains(adjustment.factor) else {
          throw .planMismatch(expected: "a \(adjustment.kind) within \(limits)", got: "\(adjustment.factor)")
        }
        switch adjustment.kind {
        case .brightness:
          tables.append(ChannelTables(.brightness(adjustment.factor)))
        case .contrast:
          let mean = image.meanGrey(through: tables)
          tables.append(ChannelTables(.contrast(adjustment.factor, meanGrey: mean)))
        case .saturation:
          tables.flush(to: &image)
          image.adjustSaturation(adjustment.factor)
        case .hue:
          tables.flush(to: &image)
          image.adjustHue(adjustment.factor)
        }
      }
      tables.flush(to: &image)
    }
  }
}
