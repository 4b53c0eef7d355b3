import Foundation
import Training
import Yams

/// A run's configuration as a file that `train --config` takes.
enum ConfigurationText {
  /// Every option that has a value, with its value on one line of YAML, in the order of the options.
  static func options(of configuration: RunConfiguration) throws -> [(key: String, value: String)] {
    guard case .mapping(let mapping)? = try Yams.compose(yaml: MetadataJSON.text(configuration)) else {
      return []
    }
    return RunConfiguration.CodingKeys.allCases.compactMap { key in
      mapping[key.rawValue].map { (key.rawValue, text($0)) }
    }
  }

  /// The file: the options that are not as the defaults, and those that are named; without those that change the speed
  /// alone.
  /// - Parameters:
  ///   - named: options that are written in any case.
  ///   - comments: lines at the beginning.
  static func text(
    _ configuration: RunConfiguration, naming named: Set<String>, comments: [String]
  ) throws -> String {
    let usual = try Dictionary(options(of: RunConfiguration()).map { ($0.key, $0.value) }) { first, _ in first
    }
    let free = Set(SearchDefinition.free.map(\.rawValue)).subtracting(named)
    let rows = try options(of: configuration).filter { row in
      !free.contains(row.key) && (named.contains(row.key) || usual[row.key] != row.value)
    }
    return (comments.map { "# \($0)" } + rows.map { "\($0.key): \($0.value)" }).joined(separator: "\n") + "\n"
  }

  /// A value of JSON as YAML's flow style writes it, texts without quotes where they need none.
  private static func text(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.style == .doubleQuoted ? quoted(scalar.string) : scalar.string
    case .sequence(let nodes): "[" + nodes.map(text).joined(separator: ", ") + "]"
    case .mapping(let pairs):
      "{" + pairs.map { "\(text($0.key)): \(text($0.value))" }.joined(separator: ", ") + "}"
    default: ""
    }
  }

  private static let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

  private static func quoted(_ text: String) -> String {
    let isPlain = text.wholeMatch(of: /[A-Za-z\/.][A-Za-z0-9_\/.@-]*/) != nil
    if isPlain && !words.contains(text.lowercased()) && Double(text) == nil { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<" ", "\u{7f}": result += "\\u" + String(format: "%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
