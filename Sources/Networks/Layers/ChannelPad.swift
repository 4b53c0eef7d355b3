/// Channels of zeros around the others: the shortcut without parameters between stages of different widths.
///
/// Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016, option A of section 3.3.
public struct ChannelPad: Layer {
  public static let kind = "channel-pad"

  /// How many channels come before and after the input's.
  public var before, after: Int

  /// Creates a padding with channels.
  public init(before: Int = 0, after: Int = 0) {
    self.before = before
    self.after = after
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard before >= 0, after >= 0 else {
      throw .setting(layer: name, problem: "before and after are at least 0, not \(before) and \(after)")
    }
    return input.with(channels: before + input.channels + after)
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.padChannels(
      input, before: before, after: after, outputShape(for: plan.shape(of: input), name: name), name: name)
  }
}

extension ChannelPad {
  enum CodingKeys: String, CodingKey, CaseIterable { case before, after }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind)
    self.init(
      before: try options.value(.before, default: 0), after: try options.value(.after, default: 0))
  }
}
