/// Texts from files that nobody vouches for, made fit for a line on a terminal.
public enum PlainText {
  /// The text without control characters, and without its middle where it is longer than `limit` characters.
  public static func line(_ text: String, limit: Int = 300) -> String {
    let plain = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    if plain.count <= limit { return plain }
    return "\(plain.prefix(limit / 2))…\(plain.suffix(limit / 2))"
  }
}
