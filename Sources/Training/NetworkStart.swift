import Networks
import Yams

extension NetworkInitializer {
  /// What a text in YAML or JSON states, such as `he-normal` or `{he-normal: {mode: fan-out}}`.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  public init(text: String) throws(TrainingError) {
    do {
      self = try YAMLDecoder().decode(NetworkInitializer.self, from: text)
    } catch {
      throw .invalidOption(name: "init", value: text, reason: DecodingReason.of(error))
    }
  }
}

extension Network {
  /// The network with the start that a run asks for.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where the network has no use for it.
  func starting(by configuration: RunConfiguration) throws(TrainingError) -> Network {
    var network = withInputNoise(configuration.inputNoise)
    if let initializer = configuration.initializer { network.initializer = initializer }
    if configuration.zeroInitResidual {
      var initializer = network.initializer ?? NetworkInitializer()
      if initializer.residual == .fixup {
        throw .invalidOption(
          name: "zero-init-residual", value: "true", reason: "fixup says itself how branches start")
      }
      initializer.residual = .zeroLastNorm
      network.initializer = initializer
    }
    if configuration.initializer?.lsuv != nil && configuration.weights != nil {
      throw .invalidOption(
        name: "init", value: "lsuv", reason: "cannot be with weights, which stay as they are")
    }
    do {
      _ = try network.parameters()
    } catch {
      let isResidual = configuration.zeroInitResidual
      throw .invalidOption(
        name: isResidual ? "zero-init-residual" : "model", value: isResidual ? "true" : network.name,
        reason: "\(error)")
    }
    return network
  }
}
