/// Comma-separated values (RFC 4180), with plain line feeds.
enum CSV {
  /// One line without its end; fields with commas, quotes or line breaks are quoted.
  static func line(_ fields: [String]) -> String {
    fields.map { field in
      let special = field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
      return special ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: ",")
  }
}
