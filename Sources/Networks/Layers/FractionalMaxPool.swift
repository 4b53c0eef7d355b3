import Kernels

/// The largest value of each of an image's regions, whose sizes vary at random about a ratio that is no whole number.
///
/// The regions lie between the members of a rising sequence along each axis, whose increments are the ratio of input to
/// output rounded up or down: 1 and 2 for ratios between them. In training every image gets regions of its own in each
/// epoch, from the seed, the epoch and the image's identity, for rows and then for columns. In inference all images get
/// the pseudo-random regions with `u = 1/2`, whatever ``sequence`` says.
///
/// Source: Graham, "Fractional max-pooling", 2014. PyTorch's layer of this name draws other regions: all of one size,
/// from the same pseudo-random sequence.
public struct FractionalMaxPool: Layer {
  public static let kind = "fractional-max-pool"

  /// How large the output is.
  public enum Output: Equatable, Sendable {
    /// Height and width.
    case size(ImageExtent)
    /// As a share of the input, above 0 and below 1, rounded down.
    case ratio(Double)
  }

  /// How large the output is.
  public var output: Output
  /// How the sequences are drawn.
  public var sequence: FractionalRegions.Sequence
  /// Whether neighbouring regions share the pixels at their border.
  public var overlapping: Bool

  /// Creates a pooling whose output is a share of its input.
  public init(
    ratio: Double, sequence: FractionalRegions.Sequence = .pseudoRandom, overlapping: Bool = true
  ) {
    output = .ratio(ratio)
    self.sequence = sequence
    self.overlapping = overlapping
  }

  /// Creates a pooling with an output of the given size.
  public init(
    size: ImageExtent, sequence: FractionalRegions.Sequence = .pseudoRandom, overlapping: Bool = true
  ) {
    output = .size(size)
    self.sequence = sequence
    self.overlapping = overlapping
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, let height, let width) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    let size: ImageExtent
    switch output {
    case .size(let given): size = given
    case .ratio(let ratio):
      guard ratio > 0, ratio < 1 else {
        throw .setting(layer: name, problem: "output-ratio is above 0 and below 1, not \(ratio)")
      }
      size = ImageExtent(height: Int(Double(height) * ratio), width: Int(Double(width) * ratio))
    }
    guard size.height > 0, size.width > 0 else {
      throw .shape(layer: name, expected: "an output of at least 1x1 pixels", got: input)
    }
    let border = overlapping ? 1 : 0
    guard size.height + border <= height, size.width + border <= width else {
      throw .shape(
        layer: name,
        expected: "at least \(size.height + border)x\(size.width + border) pixels for "
          + "\(size.height)x\(size.width) \(overlapping ? "overlapping " : "")regions", got: input)
    }
    return .image(channels: channels, height: size.height, width: size.width)
  }

  /// The regions along one axis.
  package func regions(of size: Int, count: Int) -> FractionalRegions {
    FractionalRegions(input: size, output: count, overlapping: overlapping)
  }

  public var drawsInTraining: Bool { true }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.fractionalMaxPool(input, self, name: name)
  }
}

extension FractionalMaxPool {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case size = "output-size"
    case ratio = "output-ratio"
    case sequence, overlapping
  }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .ratio)
    let size: ImageExtent? = try options.value(.size, default: nil)
    let ratio: Double? = try options.value(.ratio, default: nil)
    switch (size, ratio) {
    case (let size?, nil): output = .size(size)
    case (nil, let ratio?): output = .ratio(ratio)
    default:
      throw NetworkError.text(
        place: options.place, problem: "expected one of output-size and output-ratio")
    }
    sequence = try options.value(.sequence, default: .pseudoRandom)
    overlapping = try options.value(.overlapping, default: true)
  }

  /// Writes the options.
  public func encode(to encoder: any Encoder) throws {
    var options = encoder.container(keyedBy: CodingKeys.self)
    switch output {
    case .size(let size): try options.encode(size, forKey: .size)
    case .ratio(let ratio): try options.encode(ratio, forKey: .ratio)
    }
    try options.encode(sequence, forKey: .sequence)
    try options.encode(overlapping, forKey: .overlapping)
  }
}

extension FractionalRegions.Sequence: Choice {}
