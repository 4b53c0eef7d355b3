import Foundation
import Networks

/// The whole configuration of a run, resolved for its data and this machine: each value, where it comes from, and why
/// the default is what it is. Nothing is trained or written for it.
public struct RunExplanation: Encodable, Sendable {
  /// Where a value comes from.
  public enum Source: Equatable, Sendable {
    /// Nobody states it, and nothing has to be chosen.
    case standard
    /// A preset sets it.
    case preset(Preset)
    /// A file states it, in a line counted from 1.
    case file(String, line: Int)
    /// The command line states it, or whoever made the configuration.
    case flag
    /// It is chosen by something, such as the images.
    case chosen(by: String)
    /// The run that goes on was made with it.
    case saved(run: String)
  }

  /// One option.
  public struct Row: Encodable, Equatable, Sendable {
    /// Its name, as a flag and in a file.
    public var option: String
    /// Its value as JSON; nil where it has none.
    public var value: String?
    /// Where that comes from.
    public var source: Source
    /// Why the default is what it is.
    public var why: String
    /// The default as JSON, where the value is another; nil where there is none.
    public var standard: String?
  }

  /// With every choice filled in.
  public let configuration: RunConfiguration
  /// Every option, in the order of `convoy train --help`.
  public let options: [Row]
}

extension RunExplanation {
  /// Finds and looks at the data, and resolves a configuration for them.
  ///
  /// Throws what a run throws before its first step.
  /// - Parameters:
  ///   - stated: where the options that a person stated come from.
  public init(
    _ configuration: RunConfiguration, network: Network? = nil,
    stated: [RunConfiguration.CodingKeys: Source] = [:]
  ) throws {
    try configuration.validate()
    let saved = try configuration.resume.map { folder throws(TrainingError) in
      try RunFolder(path: folder).newestCheckpoint()
    }
    let plan =
      if let saved {
        try RunPlan(
          configuration, network: network, stated: Set(stated.keys), resuming: saved.checkpoint.facts)
      } else {
        try RunPlan(configuration, network: network)
      }
    var resolved = plan.configuration
    resolved.output =
      configuration.resume
      ?? RunFolder.path(configuration.output, data: resolved.data ?? "data", model: plan.network.name)
    let preset = try resolved.preset.map { try $0.keys() } ?? []
    let (values, defaults) = (try resolved.values(), try RunConfiguration().values())
    self.configuration = resolved
    options = try RunOption.all.map { option in
      let name = option.key.rawValue
      let value = try RunConfiguration.text(values[name])
      let standard = try RunConfiguration.text(defaults[name])
      let source: Source =
        if let source = stated[option.key] {
          source
        } else if let run = configuration.resume, option.role.isKept {
          .saved(run: run)
        } else if let name = resolved.preset, preset.contains(option.key) {
          .preset(name)
        } else if value != standard, let chooser = option.chosenBy {
          .chosen(by: chooser)
        } else {
          .standard
        }
      return Row(
        option: name, value: value, source: source, why: option.why,
        standard: value == standard ? nil : standard)
    }
  }
}

extension RunOption.ResumeRole {
  /// Whether a run that goes on has the value that it was saved with.
  fileprivate var isKept: Bool { if case .process = self { false } else { true } }
}

extension RunExplanation.Source: CustomStringConvertible {
  /// `default`, `preset fast`, `run.yaml:3`, `flag`, `chosen by the images`, `runs/one`.
  public var description: String {
    switch self {
    case .standard: "default"
    case .preset(let preset): "preset \(preset.rawValue)"
    case .file(let path, let line): "\(path):\(line)"
    case .flag: "flag"
    case .chosen(let chooser): "chosen by \(chooser)"
    case .saved(let run): run
    }
  }
}

extension RunExplanation.Source: Encodable {
  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
