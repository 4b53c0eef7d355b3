/// What a network costs.
public struct NetworkSummary: Sendable {
  /// One layer's share.
  public struct Row: Sendable {
    /// The path and the kind of the layer.
    public let name, kind: String
    /// What flows out for one image.
    public let output: ActivationShape
    /// Trained values.
    public let parameterCount: Int
    /// Floating-point operations of one image's forward pass.
    public let forwardFLOPs: Int
  }

  /// The layers in order.
  public let layers: [Row]
  /// Trained values in all.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  /// Floating-point operations of one image's forward pass; a multiply-add is two.
  public var forwardFLOPs: Int { layers.reduce(0) { $0 + $1.forwardFLOPs } }
}

/// Weights that start in one way.
public struct WeightStart: Codable, Equatable, Sendable {
  /// How.
  public let initializer: Initializer
  /// What the drawn values are multiplied by.
  public let factor: Double
  /// The names of the tensors.
  public internal(set) var tensors: [String]
}

extension Network {
  /// Parameters and operations, layer by layer.
  public func summary() throws(NetworkError) -> NetworkSummary {
    var rows: [NetworkSummary.Row] = []
    try visit { visited in
      let trained = visited.parameters.filter(\.isTrained)
      rows.append(
        NetworkSummary.Row(
          name: visited.name, kind: type(of: visited.layer).kind, output: visited.output,
          parameterCount: trained.reduce(0) { $0 + $1.count }, forwardFLOPs: visited.forwardFLOPs))
    }
    return NetworkSummary(layers: rows)
  }

  /// How the weights of convolutions and dense layers start, each way once, in network order.
  public func weightStarts() throws(NetworkError) -> [WeightStart] {
    var starts: [WeightStart] = []
    for tensor in try parameters() where tensor.role == .weight {
      if let index = starts.firstIndex(where: {
        $0.initializer == tensor.initializer && $0.factor == tensor.factor
      }) {
        starts[index].tensors.append(tensor.name)
      } else {
        starts.append(
          WeightStart(initializer: tensor.initializer, factor: tensor.factor, tensors: [tensor.name]))
      }
    }
    return starts
  }
}
