import Foundation
import Networks
import Yams

/// Networks as files, in YAML or JSON.
public enum NetworkFile {
  /// Whether what is given as a model is the path of a file, not a name of the zoo.
  public static func isPath(_ model: String) -> Bool {
    model.contains("/") || [".yaml", ".yml", ".json"].contains { model.hasSuffix($0) }
  }

  /// The network that a file states; its sizes are within what can be counted.
  ///
  /// Throws ``TrainingError/missing(path:what:)`` and ``TrainingError/unreadableDocument(path:reason:)``.
  public static func read(path: String) throws(TrainingError) -> Network {
    let network = try DocumentFile.read(Network.self, from: path, what: "network file")
    do {
      try NetworkLimits.check(network)
    } catch {
      throw .unreadableDocument(path: path, reason: "\(error)")
    }
    return network
  }

  /// A network's text in YAML, which ``read(path:)`` takes.
  public static func text(_ network: Network) throws -> String {
    // By way of JSON, because Yams writes numbers with too few or too many digits.
    guard let node = try Yams.compose(yaml: MetadataJSON.text(network)) else { return "" }
    return try Yams.serialize(node: arranged(node), width: -1)
  }

  /// A node as a person would write it: names first, lists of layers last, mappings of plain values on one line.
  private static func arranged(_ node: Node) -> Node {
    switch node {
    case .mapping(let mapping):
      let pairs = mapping.map { ($0.key, arranged($0.value)) }.sorted { rank($0.0) < rank($1.0) }
      let isPlain = pairs.allSatisfy { $0.1.scalar != nil }
      return .mapping(
        Node.Mapping(pairs.map { (unquoted($0.0), $0.1) }, mapping.tag, isPlain ? .flow : .block))
    case .sequence(let sequence):
      return .sequence(Node.Sequence(sequence.map(arranged), sequence.tag, .block))
    case .scalar, .alias: return unquoted(node)
    }
  }

  private static func rank(_ key: Node) -> (Int, String) {
    let name = key.string ?? ""
    let isLast = ["layers", "body", "shortcut", "branches"].contains(name)
    return (name == "name" ? 0 : isLast ? 2 : 1, name)
  }

  /// A text without the quotes that JSON needs, where it could not be taken for anything else.
  private static func unquoted(_ node: Node) -> Node {
    guard case .scalar(var scalar) = node, let first = scalar.string.first, first.isLetter,
      !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(scalar.string.lowercased())
    else { return node }
    scalar.style = .plain
    return .scalar(scalar)
  }
}
