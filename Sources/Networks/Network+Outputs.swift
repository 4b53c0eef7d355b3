extension Network {
  /// The classifier: the last dense layer or convolution.
  /// - Throws: ``NetworkError`` when shapes do not fit.
  public func head() throws(NetworkError) -> VisitedLayer? {
    var head: VisitedLayer?
    try visit { if $0.layer is Dense || $0.layer is Conv2D { head = $0 } }
    return head
  }

  /// The network with another number of classes: its last dense layer or convolution gets so many outputs.
  /// - Throws: ``NetworkError`` where the network has no such layer at its end.
  public func withOutputs(_ count: Int) throws(NetworkError) -> Network {
    if try outputCount() == count { return self }
    var network = self
    guard network.layers.setOutputs(count), try network.outputCount() == count else {
      throw .setting(layer: name, problem: "its last dense layer or convolution does not give its classes")
    }
    return network
  }
}

extension [LayerNode] {
  /// Gives the last dense layer or convolution so many outputs.
  /// - Returns: false where there is none.
  fileprivate mutating func setOutputs(_ count: Int) -> Bool {
    for index in indices.reversed() {
      switch self[index].layer {
      case var dense as Dense:
        dense.units = count
        self[index].layer = dense
      case var convolution as Conv2D:
        convolution.filters = count
        self[index].layer = convolution
      case var block as Block:
        guard block.layers.setOutputs(count) else { continue }
        self[index].layer = block
      default: continue
      }
      return true
    }
    return false
  }
}
