extension ModelZoo {
  /// EfficientNet-B0 with torchvision's names, shapes, initialisation and rates of stochastic depth.
  static let efficientnetB0 = ZooModel(
    "efficientnet-b0", "16 inverted residuals with squeeze-excitation and stochastic depth, found by search",
    paper: "Tan, Le, \"EfficientNet: rethinking model scaling for convolutional neural networks\", ICML 2019",
    hasSmallStem: true, initializer: MobileStyle.initializer
  ) { request in
    let style = MobileStyle()
    Block {
      style.convolution(32, kernel: 3, stride: request.isSmall ? 1 : 2, activation: SiLU())
      efficientStages(style)
      style.convolution(1280, kernel: 1, activation: SiLU())
    }.named("features")
    GlobalAveragePool().named("avgpool")
    Block {
      Dropout(0.2)
      Dense(request.classes, init: .uniform(bound: 1 / Double(request.classes).squareRoot()))
    }.named("classifier")
  }

  private static func efficientStages(_ style: MobileStyle) -> [LayerNode] {
    // Expansion, kernel, first stride, filters and blocks of each stage: the paper's table 1.
    let stages = [
      (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
      (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
    ]
    let rates = StochasticDepth.linearDecay(to: 0.2, blocks: stages.reduce(0) { $0 + $1.4 }, .belowLast)
    var (channels, place) = (32, 0)
    return stages.map { expansion, kernel, first, filters, count in
      var blocks: [LayerNode] = []
      for index in 0..<count {
        let stride = index == 0 ? first : 1
        let (input, inner) = (channels, expansion * channels)
        let (rate, isResidual) = (rates[place], stride == 1 && input == filters)
        blocks.append(
          style.residual(isResidual) {
            Block {
              if expansion > 1 { style.convolution(inner, kernel: 1, activation: SiLU()) }
              style.convolution(inner, kernel: kernel, stride: stride, groups: inner, activation: SiLU())
              SqueezeExcitation(input / 4, activation: SiLU())
              style.convolution(filters, kernel: 1, activation: nil)
            }.named("block")
            if isResidual { StochasticDepth(rate).named("stochastic_depth") }
          })
        (channels, place) = (filters, place + 1)
      }
      return LayerNode(layer: Block { blocks })
    }
  }
}
