import Networks
import Testing

/// A small network that has a place in a file of `Fixtures`.
struct SmallNetwork: CustomTestStringConvertible, Sendable {
  let name: String
  let network: Network

  var testDescription: String { name }

  /// A network over images of the given channels, height and width.
  init(_ name: String, _ size: (Int, Int, Int), @LayerBuilder _ layers: () -> [LayerNode]) {
    self.name = name
    network = Network(input: .image(channels: size.0, height: size.1, width: size.2), name: name, layers)
  }

  /// Every layer with its options. A convolution or a dense layer in front of a layer lets the weight
  /// gradient in front check the layer's input gradient; a dense layer behind gives every pixel a gradient of
  /// its own. Mirrors `Fixtures/generate.py`.
  static let all =
    convolutions + norms + elementwise + poolings + dense + residuals + structure + normsBelow
    + poolingOptions + composites + imageNorms + windows

  static let scores = 3

  /// Those with a batch norm in them.
  static let withNorms = all.filter { small in
    (try? small.network.parameters().contains { $0.name.hasSuffix("running_mean") }) ?? false
  }

  @LayerBuilder static func head() -> [LayerNode] {
    Flatten()
    Dense(scores)
  }

  /// Between two convolutions whose channels do not fill a vector.
  private static func activation(_ name: String, _ layer: some Layer) -> SmallNetwork {
    SmallNetwork(name, (3, 4, 4)) {
      same(5); layer; same(4); head()
    }
  }

  static func same(_ filters: Int) -> Conv2D { Conv2D(filters, kernel: 3, padding: .same) }
}

extension SmallNetwork {
  private static let convolutions = [
    SmallNetwork("conv-same", (3, 6, 6)) {
      same(8); same(8); head()
    },
    SmallNetwork("conv-16-channels", (3, 6, 6)) {
      same(16); same(16); head()
    },
    SmallNetwork("conv-grey", (1, 7, 5)) {
      same(16); same(3); head()
    },
    SmallNetwork("conv-stride-2", (3, 8, 8)) {
      same(8)
      Conv2D(16, kernel: 3, stride: 2, padding: .explicit(1))
      head()
    },
    SmallNetwork("conv-stride-2-odd", (3, 7, 9)) {
      same(8)
      Conv2D(8, kernel: 3, stride: 2, padding: .same)
      head()
    },
    SmallNetwork("conv-no-padding", (3, 6, 6)) {
      same(8); Conv2D(8, kernel: 3); head()
    },
    SmallNetwork("conv-wide-padding", (3, 5, 5)) {
      same(8)
      Conv2D(8, kernel: 3, padding: .explicit(2))
      head()
    },
    SmallNetwork("conv-dilation-2", (3, 7, 7)) {
      same(8)
      Conv2D(8, kernel: 3, padding: .same, dilation: 2)
      head()
    },
    SmallNetwork("conv-groups-2", (3, 6, 6)) {
      same(8)
      Conv2D(12, kernel: 3, padding: .same, groups: 2)
      head()
    },
    SmallNetwork("conv-groups-2-blocked", (3, 5, 5)) {
      Conv2D(32, kernel: 1)
      Conv2D(32, kernel: 3, groups: 2)
      head()
    },
    SmallNetwork("conv-depthwise", (3, 6, 6)) {
      same(16)
      Conv2D(16, kernel: 3, padding: .same, groups: 16)
      head()
    },
    SmallNetwork("conv-depthwise-stride-2", (3, 6, 6)) {
      same(10)
      Conv2D(10, kernel: 3, stride: 2, padding: .explicit(1), groups: 10, bias: true)
      head()
    },
    SmallNetwork("conv-bias", (3, 6, 6)) {
      Conv2D(8, kernel: 3, padding: .same, bias: true)
      Conv2D(20, kernel: 3, padding: .same, bias: true)
      head()
    },
    SmallNetwork("conv-1x1", (3, 6, 6)) {
      same(16); Conv2D(24, kernel: 1); head()
    },
    SmallNetwork("conv-1x1-stride-2", (3, 6, 6)) {
      same(16); Conv2D(16, kernel: 1, stride: 2); head()
    },
    SmallNetwork("conv-5x5", (3, 6, 6)) {
      same(8); Conv2D(8, kernel: 5, padding: .same); head()
    },
    SmallNetwork("conv-even-kernel", (3, 6, 6)) {
      same(8); Conv2D(8, kernel: 4, padding: .same); head()
    },
    SmallNetwork("conv-odd-channels", (3, 6, 6)) {
      same(20); same(7); head()
    },
    SmallNetwork("conv-7x7-stride-2", (3, 12, 12)) {
      same(4)
      Conv2D(16, kernel: 7, stride: 2, padding: .explicit(3))
      head()
    },
    SmallNetwork("conv-scores", (3, 6, 6)) {
      same(8); Conv2D(3, kernel: 1); GlobalAveragePool()
    },
  ]

  private static let norms = [
    SmallNetwork("batch-norm", (3, 6, 6)) {
      same(8); BatchNorm(); head()
    },
    SmallNetwork("batch-norm-options", (3, 5, 5)) {
      same(16)
      BatchNorm(momentum: 0.3, epsilon: 1e-2)
      head()
    },
    SmallNetwork("batch-norm-first", (3, 6, 6)) {
      BatchNorm(); same(8); head()
    },
    SmallNetwork("batch-norm-vector", (3, 4, 4)) {
      Flatten(); Dense(10, bias: false); BatchNorm(); Dense(scores)
    },
    SmallNetwork("batch-norm-relu", (3, 4, 4)) {
      same(4); BatchNorm(); ReLU(); head()
    },
    SmallNetwork("batch-norm-relu-blocked", (3, 3, 3)) {
      same(16); BatchNorm(); ReLU(); head()
    },
  ]

  private static let elementwise = [
    SmallNetwork("relu", (3, 4, 4)) {
      same(4); ReLU(); head()
    },
    SmallNetwork("relu-vector", (3, 4, 4)) {
      Flatten(); Dense(10); ReLU(); Dense(scores)
    },
    activation("sigmoid", Sigmoid()), activation("tanh", Tanh()),
    activation("leaky-relu", LeakyReLU(slope: 0.2)), activation("prelu", PReLU()),
    activation("elu", ELU(alpha: 1.5)), activation("selu", SELU()), activation("gelu", GELU()),
    activation("gelu-tanh", GELU(approximate: .tanh)), activation("silu", SiLU()),
    activation("hard-sigmoid", HardSigmoid()), activation("hard-swish", HardSwish()),
    activation("softplus", Softplus(beta: 2)),
    SmallNetwork("prelu-vector", (3, 4, 4)) {
      Flatten(); Dense(10); PReLU(); Dense(scores)
    },
    SmallNetwork("sigmoid-vector", (3, 4, 4)) {
      Flatten(); Dense(10); Sigmoid(); Dense(scores)
    },
    SmallNetwork("dropout-0", (3, 4, 4)) {
      same(8); Dropout(0); head()
    },
  ]

  private static let poolings = [
    SmallNetwork("max-pool-2", (3, 4, 4)) {
      same(4); MaxPool(2); head()
    },
    SmallNetwork("max-pool-3-stride-2", (3, 5, 5)) {
      same(4); MaxPool(3, stride: 2, padding: 1); head()
    },
    SmallNetwork("max-pool-blocked", (3, 4, 4)) {
      same(16); MaxPool(2); head()
    },
    SmallNetwork("average-pool-2", (3, 6, 6)) {
      same(16); AveragePool(2); head()
    },
    SmallNetwork("average-pool-3-stride-2", (3, 7, 7)) {
      same(8)
      AveragePool(3, stride: 2, padding: 1)
      head()
    },
    SmallNetwork("global-average-pool", (3, 6, 6)) {
      same(16); same(20); GlobalAveragePool(); Dense(scores)
    },
  ]

  /// Batch norms in front of convolutions, which take the norms' sums on the way back.
  private static let normsBelow = [
    SmallNetwork("norm-convolution", (3, 4, 4)) {
      same(4); BatchNorm(); ReLU(); same(8); BatchNorm(); same(4); head()
    },
    SmallNetwork("residual-chain", (3, 4, 4)) {
      same(4)
      Residual(relu: true) {
        same(4); BatchNorm()
      }
      projection(8, relu: true)
      Residual(relu: true) {
        same(8); BatchNorm()
      }
      same(4)
      head()
    },
  ]

  private static let dense = [
    SmallNetwork("dense", (3, 4, 4)) {
      Flatten(); Dense(20); Dense(scores)
    },
    SmallNetwork("dense-no-bias", (3, 4, 4)) {
      Flatten()
      Dense(17, bias: false)
      Dense(scores, bias: false)
    },
  ]

  private static let residuals = [
    SmallNetwork("residual", (3, 5, 5)) {
      same(8);
      Residual {
        same(8); BatchNorm()
      }; head()
    },
    SmallNetwork("residual-relu", (3, 4, 4)) {
      same(4)
      Residual(relu: true) {
        same(4); BatchNorm()
      }
      head()
    },
    SmallNetwork("residual-projection", (3, 6, 6)) {
      same(8); projection(16, relu: false); head()
    },
    SmallNetwork("residual-projection-relu", (3, 4, 4)) {
      same(4); projection(8, relu: true); head()
    },
    SmallNetwork("residual-pooled", (3, 6, 6)) {
      same(8)
      Residual {
        Conv2D(8, kernel: 3, stride: 2, padding: .explicit(1))
      } shortcut: {
        AveragePool(2)
      }
      head()
    },
    SmallNetwork("residual-at-input", (3, 5, 5)) {
      Residual { same(3) }; same(8); head()
    },
    SmallNetwork("residual-twice", (3, 5, 5)) {
      same(8)
      Residual {
        same(8); BatchNorm()
      }
      Residual {
        Residual { same(8) }; BatchNorm()
      }
      head()
    },
  ]

  private static let structure = [
    SmallNetwork("names", (3, 5, 5)) {
      same(8)
      Block {
        same(8).named("conv1"); BatchNorm().named("bn1")
      }
      GlobalAveragePool()
      Dense(scores)
    }
  ]

  private static func projection(_ filters: Int, relu: Bool) -> Residual {
    Residual(relu: relu) {
      Conv2D(filters, kernel: 3, stride: 2, padding: .explicit(1))
      BatchNorm()
    } shortcut: {
      Conv2D(filters, kernel: 1, stride: 2)
      BatchNorm()
    }
  }
}
