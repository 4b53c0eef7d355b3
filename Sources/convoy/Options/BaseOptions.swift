import ArgumentParser
import Convoy

/// Where the options of a training run begin, before its flags.
struct BaseOptions: ParsableArguments {
  @Option(
    help: "A YAML or JSON file with any options of convoy train, such as \"batch-size: 64\"; flags win.")
  var config: String?

  @Option(
    help: """
      Begin with a set of options; --config and flags win over it. practical: a sound network and Adam, where \
      nothing else is known. fast: for few epochs. sparse: most weights become zero. large-batch: for steps of many \
      images. self-normalizing: without batch norm. --explain shows what each sets (default: none).
      """,
    transform: { name in
      guard let preset = Preset(rawValue: name) else {
        throw ValidationError("There is \(Preset.unknown(name))")
      }
      return preset
    })
  var preset: Preset?

  /// The options that the file states, over those of the preset, over the defaults.
  func configuration() throws -> RunConfiguration {
    if let config { return try ConfigurationFile.read(path: config, preset: preset) }
    return try preset.map { try RunConfiguration(preset: $0) } ?? RunConfiguration()
  }

  /// The keys that the file states, with their lines.
  func statedKeys() throws -> [String: Int] {
    try config.map(ConfigurationFile.statedKeys(path:)) ?? [:]
  }
}
