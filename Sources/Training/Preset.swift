import Names
import Yams

/// A set of options under one name: the recipes that textbooks and papers agree on.
///
/// A preset is nothing but values, as a configuration file states them; a file's and a person's own win over them.
public enum Preset: String, CaseIterable, Sendable {
  /// What a textbook recommends where nothing else is known.
  case practical
  /// A good result in few epochs.
  case fast
  /// Weights of which most are zero.
  case sparse
  /// Steps of many images.
  case largeBatch = "large-batch"
  /// Activations that normalise themselves.
  case selfNormalizing = "self-normalizing"

  /// What it is for, in a line.
  public var summary: String {
    switch self {
    case .practical: "He's initialisation, ELU, batch norm, dropout and Adam without schedule"
    case .fast: "one-cycle with Nesterov's momentum and label smoothing, for few epochs"
    case .sparse: "L1 with proximal steps, which makes most weights exactly zero"
    case .largeBatch: "LARS, warm-up and a learning rate in proportion, for steps of many images"
    case .selfNormalizing: "SELU, LeCun's initialisation and alpha dropout, without batch norm"
    }
  }

  /// The options that it sets, as a configuration file states them.
  ///
  /// Of vgg6 on Fashion-MNIST, 6 epochs, seeds 0 and 1: L1 of 0.03 makes 80% of the weights zero in the first epoch, and
  /// the network reaches 92.27 and 92.44%; the dense one 92.94 and 93.07%. With L1 of 0.02 and 0.05 it is 92.2 and 92.3%,
  /// with 0.01 to 0.4 of the run, without a share to end at, 92.0 and 92.2%.
  ///
  /// Source: Géron, "Hands-on machine learning", O'Reilly, 2019, chapter 11 (practical); Smith and Topin,
  /// "Super-convergence", 2017 (fast); Beck and Teboulle, "A fast iterative shrinkage-thresholding algorithm", 2009
  /// (sparse); You, Gitman, Ginsburg, "Large batch training of convolutional networks", 2017 (large-batch);
  /// Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017 (self-normalizing).
  public var options: String {
    switch self {
    case .practical:
      """
      model: practical
      init: he-normal
      optimizer: adam
      schedule: constant
      """
    case .fast:
      """
      optimizer: sgd
      schedule: one-cycle
      label-smoothing: 0.1
      """
    case .sparse:
      """
      optimizer: sgd
      l1: 0.03
      l1-proximal: true
      l1-until: 0.4
      l1-sparsity: 0.8
      """
    case .largeBatch:
      """
      optimizer: lars
      batch-size: 512
      lr-scaling: linear
      base-batch-size: 256
      warmup-epochs: 0.5
      """
    case .selfNormalizing:
      """
      model: self-normalizing
      init: lecun-normal
      optimizer: adam
      schedule: one-cycle
      """
    }
  }
}

extension Preset: Codable {
  /// Reads a name. Throws `DecodingError` for a name that there is not.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let preset = Preset(rawValue: name) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: Self.unknown(name))
    }
    self = preset
  }

  /// What to say of a name that there is not.
  public static func unknown(_ name: String) -> String {
    let names = allCases.map(\.rawValue)
    let nearest = nearestName(to: name, among: names) ?? ""
    return "no preset \(name); did you mean \(nearest)? The presets are \(names.joined(separator: ", "))"
  }
}

extension Preset {
  /// The options that it sets.
  public func keys() throws -> [RunConfiguration.CodingKeys] {
    let names = try Yams.compose(yaml: options)?.mapping?.compactMap { $0.key.string } ?? []
    return names.compactMap { RunConfiguration.CodingKeys(rawValue: $0) }
  }

  /// Whether an option has the value that the preset gives it.
  func sets(_ name: String, in configuration: RunConfiguration) -> Bool {
    guard let key = try? keys().first(where: { $0.rawValue == name }),
      let own = try? RunConfiguration(preset: self).values()[key.rawValue],
      let value = try? configuration.values()[key.rawValue]
    else { return false }
    return (try? RunConfiguration.text(own)) == (try? RunConfiguration.text(value))
  }
}

extension RunConfiguration {
  /// The defaults, and over them the options that a preset sets.
  public init(preset: Preset, data: String? = nil) throws {
    self = try YAMLDecoder().decode(RunConfiguration.self, from: preset.options)
    self.preset = preset
    self.data = data
  }
}
