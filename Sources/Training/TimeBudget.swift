/// A time in whole seconds, at least one.
///
/// As text, in options and configurations: `90s`, `10m`, `1h`, `1h30m`.
public struct TimeBudget: Equatable, Sendable {
  /// What the texts look like, for messages.
  public static let forms = "a time such as 90s, 10m, 1h or 1h30m"

  /// Its seconds.
  public let seconds: Int

  /// The most seconds that make sense: a thousand days.
  private static let most = 86_400_000

  /// A time of so many seconds; nil below 1, and above a thousand days.
  public init?(seconds: Int) {
    guard (1...Self.most).contains(seconds) else { return nil }
    self.seconds = seconds
  }

  /// The time that a text states; nil where it states none.
  public init?(_ text: String) {
    guard let parts = text.wholeMatch(of: /(?:([0-9]{1,8})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,8})s)?/)?.output
    else { return nil }
    func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
    self.init(seconds: number(parts.1) * 3600 + number(parts.2) * 60 + number(parts.3))
  }
}

extension TimeBudget: CustomStringConvertible {
  /// The text in its shortest form: `1h30m` and not `90m`.
  public var description: String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
  }
}

extension TimeBudget: TextCodable {}
