/// Where a network with frozen layers can be cut in two: what its first layers make of an image, its features, is the
/// same in every step, so that they can be computed once.
public struct FeatureCut: Equatable, Sendable {
  /// How many layers of the network's sequence make the features.
  public let layers: Int
  /// The path of the last of them.
  public let last: String
  /// The features of one image.
  public let shape: ActivationShape
}

/// Which layers of a network a plan has.
public enum NetworkPart: Hashable, Sendable {
  /// All of them.
  case whole
  /// So many of the first ones: the plan's scores are their features.
  case features(layers: Int)
  /// All but so many of the first ones, whose features are the plan's images.
  case head(layers: Int)
}

extension Network {
  /// The last place between two layers of the sequence that nothing changes in front of: neither trained tensors, nor
  /// statistics that follow the images, nor random draws. Nil where no layer with parameters is in front of it.
  /// - Parameters:
  ///   - frozen: the tensors that stay as they are, from ``FrozenLayers/tensors(of:)``.
  ///   - kernels: what runs the network. oneDNN chooses kernels by the layout in which images come from the layer in
  ///     front, which features do not keep: with it they are vectors always.
  public func featureCut(frozen: Set<String>, kernels: KernelSet) throws(NetworkError) -> FeatureCut? {
    var changing: [String] = []
    var frozenCount = 0
    try visit { visited in
      let tensors = visited.parameters.map(\.name)
      if visited.layer.drawsInTraining || !frozen.isSuperset(of: tensors) {
        changing.append(visited.name)
      } else if changing.isEmpty && !tensors.isEmpty {
        frozenCount += 1
      }
    }
    if frozenCount == 0 { return nil }
    let nodes = layers.paths(under: "")
    var count = nodes.prefix { node in !changing.contains { $0 == node.path || $0.hasPrefix(node.path + ".") }
    }.count
    // What a norm is told by the convolution in front of it stays with it.
    while count > 0, count < nodes.count, nodes[count].layer is BatchNorm { count -= 1 }
    if count == 0 || count == nodes.count { return nil }
    let shape = try input(of: .head(layers: count))
    if kernels.library == .oneDNN, case .image = shape { return nil }
    return FeatureCut(layers: count, last: nodes[count - 1].path, shape: shape)
  }

  /// What flows into a part.
  func input(of part: NetworkPart) throws(NetworkError) -> ActivationShape {
    var shape = input.activation
    guard case .head(let count) = part else { return shape }
    for (path, layer) in layers.paths(under: "")[..<count] {
      shape = try layer.outputShape(for: shape, name: path)
    }
    return shape
  }

  /// The layers of a part, under the names that they have in the whole.
  func nodes(of part: NetworkPart) -> [LayerNode] {
    let named = layers.enumerated().map { index, node in
      LayerNode(name: node.name ?? String(index), layer: node.layer)
    }
    return switch part {
    case .whole: named
    case .features(let count): Array(named[..<count])
    case .head(let count): Array(named[count...])
    }
  }
}
