extension Network {
  /// The network with another epsilon in every batch norm, for weights of a library that has it so.
  public func withBatchNormEpsilon(_ epsilon: Float) throws(NetworkError) -> Network {
    var network = self
    network.layers = try layers.withBatchNormEpsilon(epsilon)
    return network
  }
}

extension [LayerNode] {
  fileprivate func withBatchNormEpsilon(_ epsilon: Float) throws(NetworkError) -> [LayerNode] {
    var result = self
    for index in indices {
      switch self[index].layer {
      case var norm as BatchNorm:
        norm.epsilon = epsilon
        result[index].layer = norm
      case let composite as any CompositeLayer:
        result[index].layer = try composite.mappingSequences(under: self[index].name ?? "") {
          layers, _ throws(NetworkError) in try layers.withBatchNormEpsilon(epsilon)
        }
      default: break
      }
    }
    return result
  }
}
