import Networks

/// When frozen layers begin to train.
///
/// As text: epochs, counted from 1, at whose start it happens: `5` for everything, `layer4@3,layer3.*@5` for what
/// fits a pattern.
public struct Unfreezing: Equatable, Sendable {
  /// One beginning.
  public struct Moment: Equatable, Sendable {
    /// What trains from there on; nil is everything.
    public var pattern: String?
    /// The epoch, counted from 1.
    public var epoch: Int
  }

  /// In the order given.
  public var moments: [Moment]

  /// What a text states; nil where it is none of that form.
  public init?(_ text: String) {
    moments = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "@", omittingEmptySubsequences: false)
      guard words.count <= 2, let last = words.last, let epoch = Int(last) else { return nil }
      if words.count == 2 && words[0].isEmpty { return nil }
      moments.append(Moment(pattern: words.count == 2 ? String(words[0]) : nil, epoch: epoch))
    }
  }

  /// The text.
  public var text: String {
    moments.map { ($0.pattern.map { "\($0)@" } ?? "") + "\($0.epoch)" }.joined(separator: ",")
  }
}

extension Unfreezing: Codable {
  /// Reads the text, or a number for everything.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
    guard let unfreezing = Unfreezing(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected an epoch, or PATTERN@EPOCH, with commas between several")
    }
    self = unfreezing
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// What the batch norms of frozen layers do in training.
public enum FrozenNorms: String, Codable, CaseIterable, Sendable {
  /// They normalise with their running statistics, as in inference, and leave them.
  case fixed
  /// They normalise with the statistics of the images, which their running statistics go on following.
  case train
}
