extension Network {
  /// The network for inference with its batch norms computed into the convolutions and dense layers before them:
  /// `W' = W * scale / sqrt(variance + epsilon)` for each output, and the rest into the bias. The outputs are the same
  /// but for rounding.
  ///
  /// Norms that something else stands before, as in a DenseNet, stay. What is left keeps its name.
  ///
  /// Source: Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
  /// inference", CVPR 2018, section 3.2.
  /// - Parameter state: every tensor of the network.
  /// - Returns: the network, its state in its order, and how many norms went.
  /// - Throws: ``NetworkError`` where the state is not the network's.
  public func foldingBatchNorms(
    _ state: [Tensor]
  ) throws(NetworkError) -> (network: Network, state: [Tensor], count: Int) {
    var folding = BatchNormFolding(tensors: [:])
    for tensor in state { folding.tensors[tensor.name] = tensor }
    var network = self
    network.layers = try folding.folded(layers, prefix: "")
    var folded: [Tensor] = []
    for parameter in try network.parameters() {
      folded.append(try folding.tensor(parameter.name))
    }
    return (network, folded, folding.count)
  }
}

/// The work of ``Network/foldingBatchNorms(_:)``: goes through the sequences and changes tensors as it goes.
struct BatchNormFolding {
  /// The state by name.
  var tensors: [String: Tensor]
  /// Norms folded so far.
  var count = 0

  /// A sequence without the norms that could be folded.
  mutating func folded(_ layers: [LayerNode], prefix: String) throws(NetworkError) -> [LayerNode] {
    var result: [LayerNode] = []
    // The layer that may take the next norm: the last one of the result.
    var taker: String?
    for (place, (node, path)) in zip(layers, layers.paths(under: prefix).map(\.path)).enumerated() {
      if let norm = node.layer as? BatchNorm, let last = taker, let index = result.indices.last,
        let layer = result[index].layer.withBias
      {
        try fold(norm, path, into: last)
        result[index].layer = layer
        taker = nil
        continue
      }
      taker = node.layer.withBias == nil ? nil : path
      // A node that goes would change the places of those behind it, and so their names.
      result.append(LayerNode(name: node.name ?? String(place), layer: try folded(node.layer, path)))
    }
    return result
  }

  private mutating func folded(_ layer: any Layer, _ path: String) throws(NetworkError) -> any Layer {
    guard let composite = layer as? any CompositeLayer else { return layer }
    return try composite.mappingSequences(under: path) { (layers, prefix) throws(NetworkError) in
      try folded(layers, prefix: prefix)
    }
  }

  private mutating func fold(
    _ norm: BatchNorm, _ path: String, into layer: String
  ) throws(NetworkError) {
    var weight = try tensor(layer + ".weight")
    let (scale, shift) = (try tensor(path + ".weight").values, try tensor(path + ".bias").values)
    let mean = try tensor(path + ".running_mean").values
    let variance = try tensor(path + ".running_var").values
    let outputs = scale.count
    guard weight.shape.first == outputs,
      [shift.count, mean.count, variance.count] == [outputs, outputs, outputs]
    else { throw .tensorShape(name: path + ".weight", expected: [weight.shape.first ?? 0], got: [outputs]) }
    let before = tensors[layer + ".bias"]?.values ?? [Float](repeating: 0, count: outputs)
    guard before.count == outputs else {
      throw .tensorShape(name: layer + ".bias", expected: [outputs], got: [before.count])
    }
    var bias = before
    let perOutput = weight.values.count / max(outputs, 1)
    for output in 0..<outputs {
      let factor =
        Double(scale[output]) / (Double(variance[output]) + Double(norm.epsilon)).squareRoot()
      for index in output * perOutput..<(output + 1) * perOutput {
        weight.values[index] = Float(Double(weight.values[index]) * factor)
      }
      bias[output] = Float(
        (Double(before[output]) - Double(mean[output])) * factor + Double(shift[output]))
    }
    tensors[layer + ".weight"] = weight
    tensors[layer + ".bias"] = Tensor(name: layer + ".bias", shape: [outputs], values: bias)
    count += 1
  }

  /// A tensor by its name.
  func tensor(_ name: String) throws(NetworkError) -> Tensor {
    guard let tensor = tensors[name] else { throw .missingTensor(name) }
    return tensor
  }
}

extension Layer {
  /// A convolution or dense layer with a bias, which can take a norm; nil for other layers. In front of a norm
  /// DropConnect's average is the mean; behind the norm an activation would change that.
  fileprivate var withBias: (any Layer)? {
    switch self {
    case var convolution as Conv2D:
      convolution.bias = true
      convolution.dropConnect?.inference = .mean
      return convolution
    case var dense as Dense:
      dense.bias = true
      dense.dropConnect?.inference = .mean
      return dense
    default: return nil
    }
  }
}
