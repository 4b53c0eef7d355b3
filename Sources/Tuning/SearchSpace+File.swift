import Foundation
import Names
import Training
import Yams

extension SearchSpace {
  /// Reads a space from a YAML or JSON file.
  ///
  /// Throws `TrainingError.missing` where there is no such file, and ``TuningError/space(path:line:reason:)``.
  public init(readingFrom path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw TrainingError.missing(path: path, what: "file of a search space")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw TuningError.space(path: path, line: nil, reason: "it cannot be read as text")
    }
    try self.init(text, path: path)
  }

  /// Reads a space from a file's text.
  ///
  /// Throws ``TuningError/space(path:line:reason:)``.
  /// - Parameter path: the file's, for messages.
  public init(_ text: String, path: String) throws(TuningError) {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      let (line, reason) = Self.explain(error, in: text)
      throw .space(path: path, line: line, reason: reason)
    }
    guard let root, root != Node("") else {
      throw .space(path: path, line: nil, reason: Self.emptyReason)
    }
    guard case .mapping(let options) = root else {
      throw .space(
        path: path, line: 1,
        reason: "expected options with their ranges, such as \"lr: {log-uniform: [1e-3, 1]}\"")
    }
    var reader = SpaceReader(path: path)
    try reader.read(options, at: [])
    self.init(parameters: reader.parameters, fixed: reader.fixed, path: path)
    if parameters.isEmpty { throw .space(path: path, line: nil, reason: Self.emptyReason) }
    try checkKeys()
    try checkConditions()
  }

  private static let emptyReason =
    "nothing to search in it; give an option a range, as in \"lr: {log-uniform: [1e-3, 1]}\", or a list of values"

  private static func explain(_ error: any Error, in text: String) -> (line: Int?, reason: String) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return (mark.line, problem)
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      // The error tells where the mapping begins.
      let names = keys.map { "\($0)" }.sorted()
      let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.enumerated()
      let stated = lines.filter { line in
        names.contains { line.element.drop { $0 == " " }.hasPrefix($0 + ":") }
      }
      let line = stated.count > 1 ? stated[1].offset + 1 : context.mark.line
      return (line, "\(names.joined(separator: ", ")) is stated twice")
    default:
      return (nil, "\(error)".split(separator: "\n").joined(separator: " "))
    }
  }

  /// No option is stated twice, also not within another one.
  private func checkKeys() throws(TuningError) {
    var stated: [(path: [String], line: Int, values: [OptionValue])] = []
    for parameter in parameters {
      if case .choice(let values) = parameter.domain {
        stated.append((parameter.path, parameter.line, values))
      } else {
        stated.append((parameter.path, parameter.line, []))
      }
    }
    stated += fixed.map { ($0.path, $0.line, [$0.value]) }
    for (index, one) in stated.enumerated() {
      for (other, another) in stated.enumerated() where other != index && another.path.starts(with: one.path)
      {
        let inner = another.path[one.path.count...]
        // What a text names has room for more keys; a mapping must not have this one.
        let isTwice = inner.isEmpty || one.values.contains { $0.value(at: inner) != nil }
        if !isTwice { continue }
        throw .space(
          path: path, line: max(one.line, another.line),
          reason:
            "\(another.path.joined(separator: ".")) is stated twice (line \(min(one.line, another.line)) states it too)"
        )
      }
    }
  }

  /// Conditions are on choices and plain values that are stated before.
  private func checkConditions() throws(TuningError) {
    for (index, parameter) in parameters.enumerated() {
      for condition in parameter.conditions {
        func fail(_ reason: String) -> TuningError {
          .space(
            path: path, line: parameter.line, reason: "\(parameter.key): when \(condition.key): \(reason)")
        }
        let known: [OptionValue]
        if let other = parameters[..<index].first(where: { $0.key == condition.key }) {
          guard case .choice(let values) = other.domain else {
            throw fail("is a range; only a choice can decide")
          }
          known = values
        } else if let other = fixed.first(where: { $0.key == condition.key }) {
          known = [other.value]
        } else {
          throw fail("is not stated before it in this file")
        }
        if let never = condition.values.first(where: { !known.contains($0) }) {
          throw fail("is never \(never); it is \(known.map(\.description).joined(separator: " or "))")
        }
      }
    }
  }
}
