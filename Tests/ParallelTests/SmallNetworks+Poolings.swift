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
    pooling(
      "average-pool-ceil-large", (1, 18, 17), 2, AveragePool(17, stride: 8, padding: 8, ceilMode: true)),
    pooling("adaptive-average", (3, 7, 5), 4, AdaptiveAveragePool(ImageExtent(height: 3, width: 2))),
    pooling("adaptive-average-larger", (3, 3, 2), 4, AdaptiveAveragePool(ImageExtent(height: 4, width: 3))),
    pooling("adaptive-average-same", (3, 3, 4), 4, AdaptiveAveragePool(ImageExtent(height: 3, width: 4))),
    pooling("adaptive-average-one", (3, 3, 4), 16, AdaptiveAveragePool(1)),
    SmallNetwork("adaptive-average-first", (3, 5, 4)) {
      AdaptiveAveragePool(3); head()
    },
    pooling("adaptive-max", (3, 5, 4), 5, AdaptiveMaxPool(ImageExtent(height: 3, width: 2))),
    SmallNetwork("adaptive-max-first", (3, 5, 4)) {
      AdaptiveMaxPool(ImageExtent(height: 3, width: 2)); head()
    },
    // The regions that Graham's layer and PyTorch's agree on: increments of 2 disjoint, of 2 and of 1 overlapping.
    pooling("fractional-disjoint", (3, 6, 6), 5, FractionalMaxPool(ratio: 0.5, overlapping: false)),
    pooling(
      "fractional-overlapping", (3, 7, 5), 4,
      FractionalMaxPool(size: ImageExtent(height: 3, width: 2), sequence: .random)),
    pooling("fractional-steps-of-1", (3, 4, 4), 4, FractionalMaxPool(size: ImageExtent(3))),
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
