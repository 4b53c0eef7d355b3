/// Weighted sums of two images: one keeps a share of itself, drawn from the distribution Beta(alpha, alpha), and gets
/// the rest from another one. Labels are mixed alike.
///
/// Source: Zhang, Cisse, Dauphin, Lopez-Paz, "mixup: beyond empirical risk minimization", ICLR 2018; as in the
/// authors' code one share is drawn for a batch.
public struct MixUp: Equatable, Sendable {
  /// Above 0: below 1 most images stay nearly themselves, at 1 all shares are alike, above 1 most come near to halves.
  public var alpha: Double

  /// Creates a MixUp.
  public init(alpha: Double) { self.alpha = alpha }

  /// Draws a share.
  public func plan(key: SampleKey) -> Plan {
    var draws = RandomStream(key, path: "mixup")
    return Plan(share: draws.beta(alpha, alpha))
  }

  /// A share.
  public struct Plan: Equatable, Sendable {
    /// What an image keeps of itself, 0...1.
    public let share: Double

    /// Creates a plan.
    public init(share: Double) { self.share = share }

    /// Mixes each of two images with what the other one was.
    func apply(to first: inout MutableSpan<Float>, and second: inout MutableSpan<Float>) {
      precondition(first.count == second.count, "images of a batch have one size")
      let (kept, given) = (Float(share), Float(1 - share))
      for i in first.indices {
        let (a, b) = (first[i], second[i])
        first[i] = kept * a + given * b
        second[i] = kept * b + given * a
      }
    }

    /// Mixes each of two images with what the other one was, rounded to whole bytes.
    func apply(to first: inout PixelBuffer, and second: inout PixelBuffer) {
      let (kept, given) = (Float(share), Float(1 - share))
      for i in first.bytes.indices {
        let (a, b) = (Float(first.bytes[i]), Float(second.bytes[i]))
        first.bytes[i] = UInt8((kept * a + given * b).rounded())
        second.bytes[i] = UInt8((kept * b + given * a).rounded())
      }
    }
  }
}
