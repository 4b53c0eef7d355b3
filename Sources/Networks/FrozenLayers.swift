/// Which layers of a network do not train.
public struct FrozenLayers: Codable, Equatable, Sendable {
  /// Paths of layers or names of tensors, with `*` for any characters: `layer1.*`, `conv1`, `*.bias`. The path of
  /// a layer stands for everything in it.
  public var patterns: [String]
  /// The path of a layer; all that comes before it in the network's order is frozen too.
  public var before: String?
  /// What trains all the same: patterns as those of ``patterns``.
  public var exceptions: [String]
  /// Whether batch norms that are frozen normalise with the mini-batch's statistics and go on following them;
  /// else they do as in inference, and their running statistics stay.
  public var trainsNorms: Bool

  /// A choice of layers; without any, everything trains.
  public init(
    patterns: [String] = [], before: String? = nil, exceptions: [String] = [], trainsNorms: Bool = false
  ) {
    self.patterns = patterns
    self.before = before
    self.exceptions = exceptions
    self.trainsNorms = trainsNorms
  }

  /// Whether no layer is chosen.
  public var isEmpty: Bool { patterns.isEmpty && before == nil }
}

extension FrozenLayers {
  /// The names of the tensors in a network that stay as they are, running statistics among them.
  ///
  /// Throws ``NetworkError/noSuchPath(_:known:)`` for a pattern or path that fits nothing (an exception must fit
  /// something that is frozen), and
  /// ``NetworkError/nothingTrains`` where no parameter is left. Also throws where the network's shapes do not fit.
  public func tensors(of network: Network) throws(NetworkError) -> Set<String> {
    if isEmpty { return [] }
    let layers = try network.trainable()
    let all = layers.flatMap(\.parameters)
    var frozen: Set<String> = []
    for pattern in patterns { frozen.formUnion(try Self.fitting(pattern, all, known: all)) }
    if let before {
      guard let end = layers.firstIndex(where: { Self.contains(before, $0.path) }) else {
        throw .noSuchPath(before, known: Self.paths(to: layers.map(\.path)))
      }
      frozen.formUnion(layers[..<end].flatMap(\.parameters))
    }
    for pattern in exceptions {
      frozen.subtract(try Self.fitting(pattern, all.filter(frozen.contains), known: all))
    }
    guard layers.contains(where: { !frozen.isSuperset(of: $0.parameters) }) else { throw .nothingTrains }
    if !trainsNorms {
      for layer in layers where !layer.parameters.isEmpty && frozen.isSuperset(of: layer.parameters) {
        frozen.formUnion(layer.statistics)
      }
    }
    return frozen
  }

  /// The names that a pattern fits.
  fileprivate static func fitting(
    _ pattern: String, _ names: [String], known: [String]
  ) throws(NetworkError) -> [String] {
    let fitting = names.filter { matches(pattern, $0) }
    if fitting.isEmpty { throw .noSuchPath(pattern, known: paths(to: known)) }
    return fitting
  }

  /// Names and all that they are within, each once, in order.
  private static func paths(to names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.flatMap { name in
      let parts = name.split(separator: ".")
      return (1...max(parts.count, 1)).map { parts.prefix($0).joined(separator: ".") }
    }.filter { seen.insert($0).inserted }
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
  /// The names of the trained parameters that a pattern fits: the path of a layer or the name of a tensor, with `*` for
  /// any characters.
  ///
  /// Throws ``NetworkError/noSuchPath(_:known:)`` for one that fits nothing.
  public func parameters(fitting pattern: String) throws(NetworkError) -> [String] {
    let all = try trainable().flatMap(\.parameters)
    return try FrozenLayers.fitting(pattern, all, known: all)
  }

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

  /// The shortest list of paths that says which parameters are among `names`: of layers, and of tensors where a
  /// layer is not among them as a whole.
  public func paths(of names: Set<String>) throws(NetworkError) -> [String] {
    Self.paths(of: names, among: try trainable().flatMap(\.parameters), under: "")
  }

  private static func paths(of names: Set<String>, among all: [String], under prefix: String) -> [String] {
    var parts: [String] = []
    for name in all {
      let part = prefix + name.dropFirst(prefix.count).prefix { $0 != "." }
      if parts.last != part && !parts.contains(part) { parts.append(part) }
    }
    return parts.flatMap { part -> [String] in
      let within = all.filter { $0 == part || $0.hasPrefix(part + ".") }
      if within.allSatisfy(names.contains) { return [part] }
      if within.allSatisfy({ !names.contains($0) }) { return [] }
      return paths(of: names, among: within, under: part + ".")
    }
  }
}
