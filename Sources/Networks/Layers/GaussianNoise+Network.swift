extension Network {
  /// The name of the layer that ``withInputNoise(_:)`` adds.
  static let inputNoiseName = "input-noise"

  /// This network with noise on its images in training, and no other than that of an earlier call. The other layers
  /// keep their names.
  /// - Parameter deviation: the standard deviation, in units of normalised values; 0 is none.
  public func withInputNoise(_ deviation: Double) -> Network {
    var network = self
    if let first = layers.first, first.name == Self.inputNoiseName, first.layer is GaussianNoise {
      network.layers.removeFirst()
    }
    if deviation > 0 {
      network.layers =
        [GaussianNoise(deviation).named(Self.inputNoiseName)] + network.nodes(of: .whole)
    }
    return network
  }
}
