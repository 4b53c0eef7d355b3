/// How the weights of a whole network start, where its layers say nothing of their own.
public struct NetworkInitializer: Hashable, Sendable {
  /// The weights of convolutions; nil is each layer's standard.
  public var convolutions: Initializer?
  /// The weights of dense layers; nil is each layer's standard.
  public var dense: Initializer?
  /// The biases of both; nil is zero beside weights of which the network says how they start, else PyTorch's default.
  public var biases: Initializer?
  /// What the branches of residual blocks get on top.
  public var residual: ResidualStart
  /// Whether weights are scaled by the data before the first step, layer after layer; they then start orthogonal unless
  /// told otherwise.
  public var lsuv: LSUV?

  /// Creates an initialiser of networks.
  public init(
    convolutions: Initializer? = nil, dense: Initializer? = nil, biases: Initializer? = nil,
    residual: ResidualStart = .standard, lsuv: LSUV? = nil
  ) {
    self.convolutions = convolutions
    self.dense = dense
    self.biases = biases
    self.residual = residual
    self.lsuv = lsuv
  }

  /// The same for all weights.
  public static func weights(_ initializer: Initializer) -> NetworkInitializer {
    NetworkInitializer(convolutions: initializer, dense: initializer)
  }
}

/// How the branches of residual blocks start.
public enum ResidualStart: String, Codable, Sendable, CaseIterable, Choice {
  /// As other layers, which is torchvision's default.
  case standard
  /// The scale of the last norm of every branch starts at zero, so that each block starts as its shortcut.
  ///
  /// Source: Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017; torchvision's
  /// `zero_init_residual`.
  case zeroLastNorm = "zero-last-norm"
  /// For networks without norms: of L branches with m layers of weights, the last starts at zero and the others are
  /// scaled by `L^(-1 / (2m - 2))`; the network's last layer starts at zero too. Where a norm comes after the branch's
  /// last weights, its scale starts at zero in their place.
  ///
  /// Source: Zhang, Dauphin, Ma, "Fixup initialization: residual learning without normalization", ICLR 2019.
  case fixup
}

extension NetworkInitializer {
  /// The parameters of a network's layers, one list for each, with their starts set.
  /// - Throws: ``NetworkError`` for options that cannot be, or for which the network has no use.
  func starts(of layers: [VisitedLayer]) throws(NetworkError) -> [[ParameterSpecification]] {
    try check()
    var parameters = layers.map { apply(to: $0.parameters) }
    try startBranches(of: layers, &parameters)
    return parameters
  }

  private func check() throws(NetworkError) {
    for case let initializer? in [convolutions, dense, biases] {
      if let problem = initializer.problem { throw .setting(layer: "initializer", problem: problem) }
    }
    if let problem = lsuv?.problem { throw .setting(layer: "initializer", problem: problem) }
    if lsuv != nil && residual == .fixup {
      throw .setting(layer: "initializer", problem: "fixup and lsuv exclude each other")
    }
  }

  /// Sets how a layer's parameters start, where the layer leaves it open.
  private func apply(to parameters: [ParameterSpecification]) -> [ParameterSpecification] {
    // What the network says of the weights that a bias goes with.
    var weights: Initializer?
    return parameters.map { parameter in
      var parameter = parameter
      switch parameter.role {
      case .weight where parameter.isStandardStart:
        weights = (parameter.shape.count == 2 ? dense : convolutions) ?? (lsuv == nil ? nil : .orthogonal())
        if let weights { parameter.initializer = weights }
      case .offset where parameter.isStandardStart:
        parameter.initializer = biases ?? weights?.forBiases ?? parameter.initializer
      case .weight, .offset, .statistic: break
      }
      return parameter
    }
  }
}
