/// Which layers of a network do not train.
public struct FrozenLayers: Codable, Equatable, Sendable {
  /// Paths of layers or names of tensors, with `*` for any characters: `layer1.*`, `conv1`, `*.bias`. The path of
  /// a layer stands for everything in it.
  public var patterns: [String]
  /// The path of a layer; all that comes before it in the network's order is frozen too.
  public var before: String?
  /// Whether batch norms that are frozen normalise with the mini-batch's statistics and go on following them;
  /// else they do as in inference, and their running statistics stay.
  public var trainsNorms: Bool

  /// A choice of layers; without any, everything trains.
  public init(patterns: [String] = [], before: String? = nil, trainsNorms: Bool = false) {
    self.patterns = patterns
    self.before = before
    self.trainsNorms = trainsNorms
  }

  /// Whether no layer is chosen.
  public var isEmpty: Bool { patterns.isEmpty && before == nil }
}

extension FrozenLayers {
  /// The names of the tensors in a network that stay as they are, running statistics among them.
  ///
  /// Throws ``NetworkError/noSuchPath(_:known:)`` for a pattern or path that fits nothing, and
  /// ``NetworkError/nothingTrains`` where no parameter is left. Also throws where the network's shapes do not fit.
  public func tensors(of network: Network) throws(NetworkError) -> Set<String> {
    if isEmpty { return [] }
    let layers = try network.trainable()
    let known = layers.flatMap { [$0.path] + $0.parameters }
    var frozen: Set<String> = []
    for pattern in patterns {
      let matching = layers.flatMap { layer in
        layer.parameters.filter { Self.matches(pattern, $0) }
      }
      if matching.isEmpty { throw .noSuchPath(pattern, known: known) }
      frozen.formUnion(matching)
    }
    if let before {
      guard let end = layers.firstIndex(where: { Self.contains(before, $0.path) }) else {
        throw .noSuchPath(before, known: known)
      }
      frozen.formUnion(layers[..<end].flatMap(\.parameters))
    }
    guard layers.contains(where: { !frozen.isSuperset(of: $0.parameters) }) else { throw .nothingTrains }
    if !trainsNorms {
      for layer in layers where !layer.parameters.isEmpty && frozen.isSuperset(of: layer.parameters) {
        frozen.formUnion(layer.statistics)
      }
    }
    return frozen
  }

  /// Whether a pattern fits a path, or one that the path is within.
  static func matches(_ pattern: String, _ path: String) -> Bool {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    return (1...parts.count).contains {
      matches(Substring(pattern), parts.prefix($0).joined(separator: ".")[...])
    }
  }

  /// Whether `path` is `layer` or within it.
  private static func contains(_ layer: String, _ path: String) -> Bool {
    path == layer || path.hasPrefix(layer + ".")
  }

  /// Whether a pattern fits the whole of a text. Remembers the last `*` alone, which is enough, so that it takes at
  /// most the product of both lengths.
  private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
    var (p, t) = (pattern.startIndex, text.startIndex)
    var star: (pattern: Substring.Index, text: Substring.Index)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == "*" {
        p = pattern.index(after: p)
        star = (p, t)
      } else if p < pattern.endIndex, pattern[p] == text[t] {
        p = pattern.index(after: p)
        t = text.index(after: t)
      } else if let last = star {
        p = last.pattern
        t = text.index(after: last.text)
        star = (p, t)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}

extension Network {
  /// A layer's path and its tensors.
  struct LayerTensors {
    let path: String
    /// Trained parameters and running statistics, by name.
    let parameters, statistics: [String]
  }

  /// Every layer in order that is not made of others.
  func trainable() throws(NetworkError) -> [LayerTensors] {
    var layers: [LayerTensors] = []
    try visit { visited in
      let tensors = visited.parameters
      layers.append(
        LayerTensors(
          path: visited.name, parameters: tensors.filter(\.isTrained).map(\.name),
          statistics: tensors.filter { !$0.isTrained }.map(\.name)))
    }
    return layers
  }
}
