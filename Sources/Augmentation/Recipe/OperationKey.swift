/// Where the draws of one operation for one sample come from.
///
/// The path is the operation's place and type within the recipe, such as `"1/HorizontalFlip"`. Whether an
/// operation happens and what its parameters are come from different streams, so a changed probability
/// moves no other draw.
public struct OperationKey: Hashable, Sendable {
  /// The sample.
  public let sample: SampleKey
  /// The operation within the recipe.
  public let path: String

  /// The key of the operation at a path.
  public init(_ sample: SampleKey, path: String) {
    self.sample = sample
    self.path = path
  }

  /// Whether the operation happens: always at 1, never at 0.
  public func gate(_ probability: Double) -> Bool {
    if probability >= 1 { return true }
    var stream = RandomStream(sample, path: path, purpose: .gate)
    return stream.chance(probability)
  }

  /// The stream that parameters are drawn from, from its beginning.
  public func parameters() -> RandomStream {
    RandomStream(sample, path: path, purpose: .parameters)
  }
}
