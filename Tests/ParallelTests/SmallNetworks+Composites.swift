import Networks

/// Layers made of others, and layers that only they need. Mirrors `Fixtures/generate_composites.py`.
extension SmallNetwork {
  static let composites = [
    SmallNetwork("parallel-concat", (3, 4, 4)) {
      same(5)
      Parallel([[LayerNode(layer: same(4))], [], [LayerNode(layer: same(6))]])
      same(4)
      head()
    },
    SmallNetwork("parallel-concat-blocked", (3, 3, 3)) {
      same(16)
      Parallel([[same(16).named("a")], [same(16).named("b")]])
      same(4)
      head()
    },
    SmallNetwork("parallel-concat-at-input", (3, 4, 4)) {
      Parallel([[], [same(4).named("a")], []])
      same(4)
      head()
    },
    SmallNetwork("parallel-concat-of-inputs", (3, 4, 4)) {
      Parallel([[], []])
      same(4)
      head()
    },
    SmallNetwork("parallel-concat-vector", (3, 4, 4)) {
      Flatten()
      Dense(6)
      Parallel([[Dense(5).named("a"), Tanh().named("b")], []])
      Dense(scores)
    },
    SmallNetwork("parallel-dense-block", (3, 4, 4)) {
      same(6)
      denseLayer(4)
      denseLayer(5)
      head()
    },
    SmallNetwork("parallel-sum", (3, 4, 4)) {
      same(5)
      Parallel(
        [[same(5).named("a"), BatchNorm().named("b")], [], [same(5).named("c")], []], combine: .sum)
      same(4)
      head()
    },
    SmallNetwork("parallel-norm", (3, 4, 4)) {
      same(4)
      BatchNorm()
      Parallel([[], [same(5).named("a")]])
      same(4)
      head()
    },
    SmallNetwork("channel-pad", (3, 6, 6)) {
      same(4)
      Residual {
        Conv2D(10, kernel: 3, stride: 2, padding: .explicit(1))
        BatchNorm()
      } shortcut: {
        AveragePool(1, stride: 2)
        ChannelPad(before: 2, after: 4)
      }
      head()
    },
    SmallNetwork("squeeze-excitation", (3, 4, 4)) {
      same(7); SqueezeExcitation(3, activation: SiLU()); same(4); head()
    },
    SmallNetwork("squeeze-excitation-blocked", (3, 3, 3)) {
      same(16); SqueezeExcitation(8, activation: SiLU()); same(4); head()
    },
    SmallNetwork("squeeze-excitation-norm", (3, 4, 4)) {
      same(8)
      BatchNorm()
      Tanh()
      SqueezeExcitation(4, activation: Tanh(), gate: Softplus())
      same(4)
      BatchNorm()
      head()
    },
    SmallNetwork("squeeze-excitation-at-input", (3, 4, 4)) {
      SqueezeExcitation(5, activation: SiLU()); same(4); head()
    },
    SmallNetwork("layer-scale", (3, 4, 4)) {
      same(5)
      Residual {
        same(5)
        LayerScale(0.5).named("")
      }
      same(4)
      head()
    },
    SmallNetwork("layer-scale-at-input", (3, 4, 4)) {
      LayerScale(0.5); same(8); LayerScale(0.5); head()
    },
    SmallNetwork("dense-pointwise", (3, 4, 4)) {
      same(6)
      Dense(9, pointwise: true)
      GELU()
      Dense(5, bias: false, pointwise: true)
      BatchNorm()
      head()
    },
    SmallNetwork("dense-pointwise-blocked", (3, 3, 3)) {
      same(16); Dense(16, pointwise: true); same(4); head()
    },
    SmallNetwork("dense-pointwise-at-input", (3, 4, 4)) {
      Dense(8, pointwise: true); same(4); head()
    },
    SmallNetwork("relu6", (3, 4, 4)) {
      same(5); ReLU6(); same(4); head()
    },
  ]

  /// DenseNet's layer: the input beside what it makes of it.
  private static func denseLayer(_ filters: Int) -> Parallel {
    Parallel {
    } and: {
      BatchNorm().named("norm1")
      Tanh().named("tanh1")
      Conv2D(7, kernel: 1).named("conv1")
      BatchNorm().named("norm2")
      Tanh().named("tanh2")
      same(filters).named("conv2")
    }
  }
}
