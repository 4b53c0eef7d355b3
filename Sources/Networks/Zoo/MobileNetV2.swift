extension ModelZoo {
  /// MobileNetV2 with torchvision's names, shapes and initialisation.
  static let mobilenetV2 = ZooModel(
    "mobilenet-v2", "17 inverted residuals: narrow between, wide inside, depthwise convolutions",
    paper:
      "Sandler, Howard, Zhu, Zhmoginov, Chen, \"MobileNetV2: inverted residuals and linear bottlenecks\", "
      + "CVPR 2018", hasSmallStem: true, initializer: MobileStyle.initializer
  ) { request in
    let style = MobileStyle()
    Block {
      style.convolution(32, kernel: 3, stride: request.isSmall ? 1 : 2, activation: ReLU6())
      mobilenetV2Blocks(style)
      style.convolution(1280, kernel: 1, activation: ReLU6())
    }.named("features")
    GlobalAveragePool().named("avgpool")
    Block {
      Dropout(0.2)
      Dense(request.classes)
    }.named("classifier")
  }

  private static func mobilenetV2Blocks(_ style: MobileStyle) -> [LayerNode] {
    // Expansion, filters, blocks and first stride of each stage.
    let stages = [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ]
    var channels = 32
    var blocks: [LayerNode] = []
    for (expansion, filters, count, first) in stages {
      for index in 0..<count {
        let stride = index == 0 ? first : 1
        let inner = expansion * channels
        blocks.append(
          style.residual(stride == 1 && channels == filters) {
            Block {
              if expansion > 1 { style.convolution(inner, kernel: 1, activation: ReLU6()) }
              style.convolution(inner, kernel: 3, stride: stride, groups: inner, activation: ReLU6())
              Conv2D(filters, kernel: 1)
              style.norm
            }.named("conv")
          })
        channels = filters
      }
    }
    return blocks
  }
}
