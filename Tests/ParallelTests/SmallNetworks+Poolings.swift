import Networks

/// Poolings with options. Mirrors `Fixtures/generate_layers.py`.
extension SmallNetwork {
  static let poolingOptions = [
    pooling("max-pool-ceil", (3, 6, 6), 5, MaxPool(3, stride: 2, ceilMode: true)),
    pooling("max-pool-ceil-padded", (3, 6, 5), 4, MaxPool(3, stride: 2, padding: 1, ceilMode: true)),
    pooling("max-pool-ceil-wide-stride", (3, 7, 6), 4, MaxPool(2, stride: 3, ceilMode: true)),
    pooling("average-pool-ceil", (3, 5, 4), 5, AveragePool(2, ceilMode: true)),
    pooling("average-pool-ceil-padded", (3, 6, 5), 4, AveragePool(3, stride: 2, padding: 1, ceilMode: true)),
    pooling(
      "average-pool-ceil-excluding", (3, 6, 5), 4,
      AveragePool(3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false)),
    pooling(
      "average-pool-excluding", (3, 5, 5), 4, AveragePool(3, stride: 2, padding: 1, countIncludePad: false)),
    SmallNetwork("max-pool-ceil-first", (3, 6, 6)) {
      MaxPool(3, stride: 2, ceilMode: true); head()
    },
  ]

  /// A pooling behind a convolution.
  private static func pooling(
    _ name: String, _ size: (Int, Int, Int), _ channels: Int, _ layer: some Layer
  ) -> SmallNetwork {
    SmallNetwork(name, size) {
      same(channels); layer; head()
    }
  }
}
