import Networks

/// Norms without running statistics, and batch norms with an activation function on top. Mirrors `Fixtures/generate_layers.py`.
extension SmallNetwork {
  static let imageNorms = [
    norm("group-norm", (3, 4, 3), 6, GroupNorm(2)),
    norm("group-norm-plain", (3, 4, 3), 4, GroupNorm(4, epsilon: 1e-2, affine: false)),
    SmallNetwork("group-norm-vector", (3, 3, 3)) {
      Flatten(); Dense(10); GroupNorm(2); Dense(3)
    },
    SmallNetwork("group-norm-first", (4, 3, 4)) {
      GroupNorm(2); same(3); head()
    },
    norm("layer-norm-channels", (3, 4, 3), 5, LayerNorm()),
    SmallNetwork("layer-norm-channels-wide", (3, 2, 2)) {
      Conv2D(39, kernel: 1); LayerNorm(epsilon: 1e-6); head()
    },
    norm("layer-norm-channels-plain", (3, 4, 3), 5, LayerNorm(epsilon: 1e-2, affine: false)),
    SmallNetwork("layer-norm-channels-first", (5, 3, 3)) {
      LayerNorm(); same(3); head()
    },
    norm("layer-norm-all", (3, 4, 3), 5, LayerNorm(over: .all)),
    norm("layer-norm-all-plain", (3, 4, 3), 5, LayerNorm(over: .all, affine: false)),
    SmallNetwork("layer-norm-all-first", (3, 4, 3)) {
      LayerNorm(over: .all); same(4); head()
    },
    SmallNetwork("layer-norm-vector", (3, 3, 3)) {
      Flatten(); Dense(20); LayerNorm(); Dense(3)
    },
    norm("local-response-norm", (3, 3, 4), 7, LocalResponseNorm(5, alpha: 0.5)),
    norm("local-response-norm-even", (3, 3, 4), 5, LocalResponseNorm(4, alpha: 2, beta: 0.5, k: 2)),
    SmallNetwork("batch-norm-silu", (3, 6, 6)) {
      same(8); BatchNorm(); SiLU(); same(5); BatchNorm(); HardSwish(); head()
    },
    SmallNetwork("batch-norm-elu-vector", (3, 4, 4)) {
      Flatten(); Dense(10, bias: false); BatchNorm(); ELU(alpha: 1.5); Dense(3)
    },
    norm("local-response-norm-wide", (3, 3, 3), 3, LocalResponseNorm(9, alpha: 1)),
  ]

  /// A norm behind a convolution.
  private static func norm(
    _ name: String, _ size: (Int, Int, Int), _ channels: Int, _ layer: some Layer
  ) -> SmallNetwork {
    SmallNetwork(name, size) {
      same(channels); layer; head()
    }
  }
}
