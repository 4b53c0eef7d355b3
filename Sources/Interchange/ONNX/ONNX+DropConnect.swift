import Networks

extension ONNXGraph {
  /// Adds the weights that a layer infers with, in another shape where one is given: with DropConnect their means.
  /// - Returns: their name.
  /// - Throws: ``ONNXError`` for DropConnect's Gaussian approximation; `NetworkError.missingTensor`.
  mutating func weight(
    of layer: String, _ dropConnect: DropConnect?, shape: [Int]? = nil
  ) throws -> String {
    let name = layer + ".weight"
    guard let dropConnect, dropConnect.probability > 0 else { return try parameter(name, shape: shape) }
    guard dropConnect.inference == .mean else {
      throw ONNXError.noOperator(
        layer: layer, kind: "drop-connect",
        reason: "it has no Gaussian approximation: choose inference: mean")
    }
    guard let tensor = state[name] else { throw NetworkError.missingTensor(name) }
    let share = Float(1 - dropConnect.probability)
    return constant(name, shape: shape ?? tensor.shape, tensor.values.map { share * $0 })
  }
}
