import Networks
import Parallel
import Yams

/// Parameters that learn or decay otherwise than the rest. In a configuration:
/// `parameter-groups: [{parameters: "fc.*", lr: 0.1, weight-decay: 0}]`.
public struct ParameterGroup: Codable, Equatable, Sendable {
  /// Paths of layers or names of tensors, with `*` for any characters and commas between several, as in `freeze`.
  public var parameters: String
  /// What the learning rate is times the run's; nil leaves it.
  public var learningRate: Double?
  /// What weight decay, L1 and L2 are times the run's; nil leaves them, which is 1 for weights and 0 for biases and norm
  /// layers.
  public var weightDecay: Double?

  /// A group.
  public init(parameters: String, learningRate: Double? = nil, weightDecay: Double? = nil) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case parameters
    case learningRate = "lr"
    case weightDecay = "weight-decay"
  }

  /// Reads a group; unknown keys are refused.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue))
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try keys.decode(String.self, forKey: .parameters)
    learningRate = try keys.decodeIfPresent(Double.self, forKey: .learningRate)
    weightDecay = try keys.decodeIfPresent(Double.self, forKey: .weightDecay)
  }

  /// The groups that a text in YAML or JSON states.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  public static func groups(text: String) throws(TrainingError) -> [ParameterGroup] {
    do { return try YAMLDecoder().decode([ParameterGroup].self, from: text) } catch {
      throw .invalidOption(
        name: "parameter-groups", value: text,
        reason: DecodingReason.of(error) + "; an example is [{parameters: fc, lr: 10}]")
    }
  }

  fileprivate var patterns: [String] {
    parameters.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

extension RunConfiguration {
  /// Checks the groups as far as it can be done without a network.
  func checkParameterGroups() throws(TrainingError) {
    for group in parameterGroups {
      if group.learningRate == nil && group.weightDecay == nil {
        throw .invalidOption(
          name: "parameter-groups", value: group.parameters, reason: "needs lr, weight-decay or both")
      }
      for (name, factor) in [("lr", group.learningRate), ("weight-decay", group.weightDecay)] {
        guard let factor, !(factor >= 0 && factor.isFinite) else { continue }
        throw .invalidOption(
          name: "parameter-groups.\(name)", value: "\(factor)",
          reason: "must be 0 or more: a factor of the run's \(name)")
      }
    }
  }

  /// What parameters of a network have of their own, by name: by `layerDecay`, over it the groups in order, where the
  /// rates multiply and the last decay wins, and by `clip-adaptive`.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` for a pattern that fits nothing.
  func parameterSettings(of network: Network) throws -> [String: ParameterSetting] {
    var settings: [String: ParameterSetting] = [:]
    if let layerDecay {
      for (name, rate) in try network.learningRates(layerDecay: layerDecay) {
        settings[name, default: ParameterSetting()].rate = rate
      }
    }
    for group in parameterGroups {
      for name in try Set(group.patterns.flatMap { try parameters($0, of: network) }) {
        settings[name, default: ParameterSetting()].rate *= Float(group.learningRate ?? 1)
        if let decay = group.weightDecay { settings[name]?.decay = Float(decay) }
      }
    }
    if clipping.adaptive != nil {
      for name in try network.layerGroups().last?.parameters ?? [] {
        settings[name, default: ParameterSetting()].isClippedAdaptively = false
      }
    }
    return settings
  }

  private func parameters(_ pattern: String, of network: Network) throws -> [String] {
    do { return try network.parameters(fitting: pattern) } catch NetworkError.noSuchPath(let path, let known)
    {
      throw TrainingError.invalidOption(
        name: "parameter-groups", value: path,
        reason: "the network has no such layer" + Self.advice(on: path, known))
    }
  }
}
