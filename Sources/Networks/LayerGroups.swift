/// A part of a network whose parameters have one learning rate.
public struct LayerGroup: Equatable, Sendable {
  /// The path of its first layer, such as `layer2.0`.
  public let path: String
  /// The names of its parameters.
  public var parameters: [String]
}

extension Network {
  /// The groups of layers for layer-wise learning rates, in order: the layers that have weights, where a residual
  /// block, or any other layer made of others, counts as one, and a plain sequence (such as a stage of a ResNet) is its
  /// parts. Layers without weights, such as norms, belong to the group before them.
  public func layerGroups() throws(NetworkError) -> [LayerGroup] {
    let specifications = try parameters().filter(\.isTrained)
    var groups: [LayerGroup] = []
    for path in layers.groupPaths(under: "") {
      let within = specifications.filter { $0.name.hasPrefix(path + ".") }
      let names = within.map(\.name)
      if names.isEmpty { continue }
      if groups.isEmpty || within.contains(where: { $0.role == .weight }) {
        groups.append(LayerGroup(path: path, parameters: names))
      } else {
        groups[groups.count - 1].parameters += names
      }
    }
    return groups
  }

  /// What the learning rate of each parameter is times the step's, by name: 1 in the last group, `decay` times as
  /// much from one group to the one before it.
  ///
  /// Source: layer-wise learning-rate decay as in Bao et al., "BEiT: BERT pre-training of image transformers", ICLR
  /// 2022; Clark et al., "ELECTRA", ICLR 2020.
  public func learningRates(layerDecay decay: Double) throws(NetworkError) -> [String: Float] {
    var rates: [String: Float] = [:]
    var rate = 1.0
    for group in try layerGroups().reversed() {
      for name in group.parameters { rates[name] = Float(rate) }
      rate *= decay
    }
    return rates
  }
}

extension [LayerNode] {
  /// The paths of the layers, with those of plain sequences instead of the sequences.
  fileprivate func groupPaths(under prefix: String) -> [String] {
    paths(under: prefix).flatMap { path, layer in
      (layer as? Block)?.layers.groupPaths(under: path) ?? [path]
    }
  }
}
