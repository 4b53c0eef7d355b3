extension ModelZoo {
  /// ConvNeXt-Tiny with torchvision's names, shapes, initialisation and rates of stochastic depth.
  static let convnextTiny = ZooModel(
    "convnext-tiny", "18 residual blocks of a 7x7 depthwise convolution and two dense layers on each pixel",
    paper: "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie, \"A ConvNet for the 2020s\", CVPR 2022",
    smallestSide: 32,
    initializer: NetworkInitializer(
      convolutions: .truncatedNormal(std: 0.02), dense: .truncatedNormal(std: 0.02), biases: .zeros)
  ) { request in
    let norm = LayerNorm(epsilon: 1e-6)
    let stages = [(96, 3), (192, 3), (384, 9), (768, 3)]
    let rates = StochasticDepth.linearDecay(to: 0.1, blocks: stages.reduce(0) { $0 + $1.1 }, .fromZero)
    Block {
      Block {
        Conv2D(96, kernel: 4, stride: 4, bias: true)
        norm
      }
      for (stage, (filters, count)) in stages.enumerated() {
        if stage > 0 {
          Block {
            norm
            Conv2D(filters, kernel: 2, stride: 2, bias: true)
          }
        }
        Block {
          let before = stages[..<stage].reduce(0) { $0 + $1.1 }
          for rate in rates[before..<before + count] { convnextBlock(filters, norm, rate: rate) }
        }
      }
    }.named("features")
    GlobalAveragePool().named("avgpool")
    Block {
      norm
      Flatten()
      Dense(request.classes)
    }.named("classifier")
  }

  /// Places 1 and 6 of torchvision's block permute the dimensions, which has no meaning here.
  private static func convnextBlock(_ filters: Int, _ norm: LayerNorm, rate: Double) -> Residual {
    Residual {
      Block {
        Conv2D(filters, kernel: 7, padding: .explicit(3), groups: filters, bias: true).named("0")
        norm.named("2")
        Dense(4 * filters, pointwise: true).named("3")
        GELU().named("4")
        Dense(filters, pointwise: true).named("5")
      }.named("block")
      LayerScale(1e-6).named("")
      StochasticDepth(rate).named("stochastic_depth")
    }
  }
}
