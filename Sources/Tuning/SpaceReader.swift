import Foundation
import Names
import Training
import Yams

/// Reads the options of a space's file, one after another.
struct SpaceReader {
  let path: String
  private(set) var parameters: [SearchParameter] = []
  private(set) var fixed: [FixedOption] = []

  /// The kinds of ranges and choices, by their word in a file.
  private static let kinds = ["uniform", "log-uniform", "integer", "choice"]
  private static let details = ["step", "points", "log", "when"]
  /// What a search sets itself, with the reason.
  private static let reserved = [
    "data": "a search is over one folder of images",
    "output": "tune writes each trial to a folder of its own",
    "resume": "tune resumes its trials itself", "allow-change": "a trial goes on as it began",
    "fold": "tune takes the folds in turn, by --folds",
  ]

  init(path: String) { self.path = path }

  /// Reads a mapping of options, or of what an option has in it.
  /// - Parameter keys: on the way to it.
  mutating func read(_ options: Node.Mapping, at keys: [String]) throws(TuningError) {
    for (key, node) in options {
      let line = key.mark?.line ?? node.mark?.line ?? 1
      guard let name = key.string else { throw fail(line, "a key is not a text") }
      let parts = keys + name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      try check(parts, line)
      try read(node, at: parts, line)
    }
  }

  private mutating func read(_ node: Node, at keys: [String], _ line: Int) throws(TuningError) {
    let key = keys.joined(separator: ".")
    switch node {
    case .sequence(let nodes):
      parameters.append(
        SearchParameter(key: key, domain: .choice(try choices(Array(nodes), key, line)), line: line))
    case .mapping(let mapping):
      if let kind = try kind(of: mapping, at: keys, line) {
        parameters.append(try parameter(mapping, kind, key, line))
      } else if mapping.isEmpty {
        throw fail(line, "\(key): expected a value or a range, got nothing")
      } else {
        try read(mapping, at: keys)
      }
    case .scalar(let scalar):
      fixed.append(FixedOption(key: key, value: .scalar(scalar.string), line: line))
    default:
      throw fail(line, "\(key): aliases are not for this file")
    }
  }

  // MARK: Options

  private func check(_ keys: [String], _ line: Int) throws(TuningError) {
    let known = RunConfiguration.CodingKeys.allCases.map(\.rawValue)
    if keys.contains("") { throw fail(line, "\(keys.joined(separator: ".")): a key is empty") }
    if let reason = Self.reserved[keys[0]] { throw fail(line, "\(keys[0]) cannot be searched: \(reason)") }
    if known.contains(keys[0]) { return }
    let nearest = closeName(to: keys[0], among: known)
    throw fail(line, "\(TrainingError.unknownOption(name: keys[0], nearest: nearest))")
  }

  // MARK: Ranges and choices

  /// The word in a mapping that makes it a range or a choice; nil where it is the inside of an option.
  private func kind(of mapping: Node.Mapping, at keys: [String], _ line: Int) throws(TuningError) -> String? {
    let words = mapping.compactMap(\.key.string)
    let kinds = words.filter(Self.kinds.contains)
    if kinds.count > 1 {
      throw fail(
        line, "\(keys.joined(separator: ".")): \(kinds.joined(separator: " and ")) exclude each other")
    }
    if let kind = kinds.first {
      // There is an initialiser of that name too, whose value is no list.
      if keys[0] == "init", kind == "uniform", mapping[kind]?.sequence == nil { return nil }
      return kind
    }
    for (key, value) in mapping where value.sequence != nil {
      let word = (key.string ?? "").replacing("_", with: "-")
      guard let nearest = closeName(to: word, among: Self.kinds) else { continue }
      throw fail(
        line,
        "\(keys.joined(separator: ".")): unknown kind of range \(key.string ?? ""); did you mean \(nearest)?")
    }
    return nil
  }

  private func parameter(
    _ mapping: Node.Mapping, _ kind: String, _ key: String, _ line: Int
  ) throws(TuningError) -> SearchParameter {
    let allowed =
      switch kind {
      case "choice": ["when"]
      case "integer": Self.details
      case "uniform": ["step", "points", "when"]
      default: ["points", "when"]
      }
    for word in mapping.compactMap(\.key.string) where word != kind && !allowed.contains(word) {
      let advice =
        Self.details.contains(word) ? "" : "; beside \(kind) there may be \(allowed.joined(separator: ", "))"
      throw fail(line, "\(key): \(kind) has no \(word)\(advice)")
    }
    guard let values = mapping[kind]?.sequence.map(Array.init) else {
      throw fail(
        line, "\(key): \(kind) expects a list, as in {\(kind): [\(kind == "choice" ? "a, b" : "1, 10")]}")
    }
    let domain: SearchParameter.Domain =
      kind == "choice"
      ? .choice(try choices(values, key, line)) : .range(try range(mapping, kind, values, key, line))
    return SearchParameter(
      key: key, domain: domain, conditions: try conditions(mapping["when"], key, line), line: line)
  }

  private func choices(_ nodes: [Node], _ key: String, _ line: Int) throws(TuningError) -> [OptionValue] {
    let values = nodes.compactMap(OptionValue.init)
    if values.isEmpty { throw fail(line, "\(key): the list of choices is empty") }
    if values.count != nodes.count { throw fail(line, "\(key): aliases are not for this file") }
    for (index, value) in values.enumerated() where values[..<index].contains(value) {
      throw fail(line, "\(key): \(value) is twice among the choices")
    }
    return values
  }

  private func conditions(_ node: Node?, _ key: String, _ line: Int) throws(TuningError) -> [SearchParameter
    .Condition]
  {
    guard let node else { return [] }
    guard case .mapping(let mapping) = node, !mapping.isEmpty else {
      throw fail(line, "\(key): when expects other options with their values, as in {optimizer: sgd}")
    }
    var conditions: [SearchParameter.Condition] = []
    for (other, value) in mapping {
      let nodes = value.sequence.map(Array.init) ?? [value]
      conditions.append(
        SearchParameter.Condition(key: other.string ?? "", values: try choices(nodes, "\(key): when", line)))
    }
    return conditions
  }

  func fail(_ line: Int, _ reason: String) -> TuningError { .space(path: path, line: line, reason: reason) }
}
