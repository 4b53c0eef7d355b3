import Foundation

extension RunConfiguration {
  /// The configuration of a run that goes on: the saved one, with what is stated here.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where another output than the run is stated.
  /// - Parameters:
  ///   - saved: the configuration that the run was saved with.
  ///   - stated: the options that a person stated; nil takes those that differ from the defaults.
  /// - Returns: the configuration, and what of it the result depends on and is not as saved.
  func goingOn(
    with saved: RunConfiguration, stated: Set<CodingKeys>?
  ) throws -> (configuration: RunConfiguration, differences: [ResumeDifference]) {
    if let output, output != resume {
      throw TrainingError.invalidOption(
        name: "output", value: output, reason: "a resumed run writes to its own folder (\(resume ?? ""))")
    }
    var decided = self
    decided.precision = precision.resolved
    let (here, defaults) = (try decided.values(), try RunConfiguration().values())
    var merged = try saved.values()
    var differences: [ResumeDifference] = []
    for option in RunOption.all {
      let (key, name) = (option.key, option.key.rawValue)
      let isStated = try stated?.contains(key) ?? (Self.text(here[name]) != Self.text(defaults[name]))
      switch option.role {
      case .process: merged[name] = here[name]
      case .free: if isStated { merged[name] = here[name] }
      case .result(let reach):
        let (before, now) = (try Self.text(merged[name]), try Self.text(here[name]))
        if !isStated || before == now { continue }
        differences.append(
          ResumeDifference(name: name, detail: "was \(before ?? "unset"), is \(now ?? "unset")", reach: reach)
        )
        merged[name] = here[name]
      }
    }
    merged[CodingKeys.output.rawValue] = resume
    let data = try JSONSerialization.data(withJSONObject: merged)
    let configuration = try MetadataJSON.value(
      RunConfiguration.self, from: String(decoding: data, as: UTF8.self))
    return (configuration, differences)
  }

  /// Every option that has a value, as JSON.
  func values() throws -> [String: Any] {
    let text = try MetadataJSON.text(self)
    return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  /// A JSON value's text.
  static func text(_ value: Any?) throws -> String? {
    guard let value else { return nil }
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }
}
