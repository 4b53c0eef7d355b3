import Foundation
import Training
import Yams

/// Makes a trial's configuration: the options that all trials share, and over them those of its point.
struct TrialOptions: Sendable {
  let space: SearchSpace
  /// What all trials share, as a file would state it.
  private let base: OptionValue

  init(base: RunConfiguration, space: SearchSpace) throws {
    self.space = space
    let root = try Yams.compose(yaml: MetadataJSON.text(base)).flatMap(OptionValue.init) ?? .mapping([])
    self.base = Self.setting(space.fixed.map { OptionValue.Entry(key: $0.key, value: $0.value) }, in: root)
  }

  /// The configuration of a point.
  ///
  /// Throws ``TuningError/space(path:line:reason:)`` where its options cannot be together, or one has a value that it
  /// cannot have.
  func configuration(of point: SearchPoint) throws(TuningError) -> RunConfiguration {
    let node = Self.setting(space.options(of: point), in: base).node
    do {
      let configuration = try YAMLDecoder().decode(RunConfiguration.self, from: node)
      try configuration.validate()
      return configuration
    } catch TrainingError.invalidOption(let name, let value, let reason) {
      throw fail(name, "\(TrainingError.invalidOption(name: name, value: value, reason: reason))")
    } catch TrainingError.unknownOption(let name, let nearest) {
      throw fail(name, "\(TrainingError.unknownOption(name: name, nearest: nearest))")
    } catch {
      throw fail(Self.place(of: error), DecodingReason.of(error))
    }
  }

  /// Options laid over others: those of fewer keys first, so that an option is there before what is within it.
  private static func setting(_ options: [OptionValue.Entry], in root: OptionValue) -> OptionValue {
    let paths = options.map { (path: $0.key.split(separator: ".").map(String.init), value: $0.value) }
    let counts = Set(paths.map(\.path.count)).sorted()
    return counts.reduce(root) { root, count in
      paths.filter { $0.path.count == count }.reduce(root) { $0.setting($1.value, at: $1.path[...]) }
    }
  }

  /// The error for an option, with the line of the file that states it: the option itself, what is within it, or what
  /// it is within.
  private func fail(_ name: String, _ reason: String) -> TuningError {
    let stated = space.parameters.map { ($0.key, $0.line) } + space.fixed.map { ($0.key, $0.line) }
    let exact = stated.first { $0.0 == name }
    let near = stated.first { $0.0.hasPrefix(name + ".") || name.hasPrefix($0.0 + ".") }
    return .space(path: space.path, line: (exact ?? near)?.1, reason: reason)
  }

  private static func place(of error: any Error) -> String {
    let context: DecodingError.Context? =
      switch error {
      case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
        DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context):
        context
      default: nil
      }
    return context?.codingPath.map(\.stringValue).joined(separator: ".") ?? ""
  }
}

extension TrialOptions {
  /// The epochs of every trial, where the space does not search them.
  static func epochs(of space: SearchSpace, base: RunConfiguration) throws(TuningError) -> Int {
    let fixed = space.fixed.first { $0.key == "epochs" }
    guard let fixed else { return base.epochs }
    guard case .scalar(let text) = fixed.value, let epochs = Int(text), epochs >= 1 else {
      throw .space(path: space.path, line: fixed.line, reason: "epochs: expected a whole number from 1")
    }
    return epochs
  }
}

extension TrialOptions {
  /// The most configurations that are tried to find contradictions.
  private static let mostChecks = 4000

  /// Checks that every choice and both ends of every range can be trained with, each alone and each with each other.
  ///
  /// Throws ``TuningError/space(path:line:reason:)`` for the first that cannot.
  func check() throws(TuningError) {
    let parameters = space.parameters
    let corners: [[ParameterValue]] = parameters.map { parameter in
      switch parameter.domain {
      case .range(let range): [.number(range.low), .number(range.high)]
      case .choice(let values): values.indices.map { .choice($0) }
      }
    }
    do {
      _ = try configuration(of: space.point { corners[$0][0] })
    } catch .space(let path, let line, let reason) {
      // Perhaps another of the choices goes with the rest.
      for index in parameters.indices where parameters[index].line != line {
        let advice = advice(on: index, corners)
        if !advice.isEmpty { throw .space(path: path, line: line, reason: reason + advice) }
      }
      throw .space(path: path, line: line, reason: reason)
    }
    for one in parameters.indices {
      for value in corners[one].dropFirst() {
        try check(space.point { $0 == one ? value : corners[$0][0] }, changed: one, corners)
      }
    }
    var checks = 0
    for one in parameters.indices {
      for another in parameters.indices[(one + 1)...] {
        for (first, second) in corners[one].flatMap({ a in corners[another].map { (a, $0) } }) {
          checks += 1
          if checks > Self.mostChecks { return }
          try check(
            space.point { $0 == one ? first : $0 == another ? second : corners[$0][0] }, changed: one, corners
          )
        }
      }
    }
  }

  /// Checks a point; where it cannot be, says of which choice that comes.
  private func check(
    _ point: SearchPoint, changed: Int, _ corners: [[ParameterValue]]
  ) throws(TuningError) {
    do {
      _ = try configuration(of: point)
    } catch .space(let path, let line, let reason) {
      let advice = line == space.parameters[changed].line ? "" : advice(on: changed, corners)
      throw .space(path: path, line: line, reason: reason + advice)
    }
  }

  /// What to write so that an option is searched only with the values of a choice that it goes with; empty where it goes
  /// with none or all, or the parameter is no choice.
  private func advice(on parameter: Int, _ corners: [[ParameterValue]]) -> String {
    guard case .choice(let values) = space.parameters[parameter].domain else { return "" }
    let possible = values.indices.filter { index in
      let point = space.point { $0 == parameter ? .choice(index) : corners[$0][0] }
      return (try? configuration(of: point)) != nil
    }
    if possible.isEmpty || possible.count == values.count { return "" }
    let shown = possible.map { values[$0].description }.joined(separator: ", ")
    return "; to search it only there, add when: {\(space.parameters[parameter].key): [\(shown)]}"
  }
}
