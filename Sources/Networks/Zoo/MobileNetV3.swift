extension ModelZoo {
  /// MobileNetV3 small and large with torchvision's names, shapes and initialisation.
  static let mobilenetsV3 = [
    mobilenetV3(
      "small",
      [
        Mobile3(3, 16, 16, true, false, 2), Mobile3(3, 72, 24, false, false, 2),
        Mobile3(3, 88, 24, false, false, 1), Mobile3(5, 96, 40, true, true, 2),
        Mobile3(5, 240, 40, true, true, 1), Mobile3(5, 240, 40, true, true, 1),
        Mobile3(5, 120, 48, true, true, 1), Mobile3(5, 144, 48, true, true, 1),
        Mobile3(5, 288, 96, true, true, 2), Mobile3(5, 576, 96, true, true, 1),
        Mobile3(5, 576, 96, true, true, 1),
      ], features: 1024),
    mobilenetV3(
      "large",
      [
        Mobile3(3, 16, 16, false, false, 1), Mobile3(3, 64, 24, false, false, 2),
        Mobile3(3, 72, 24, false, false, 1), Mobile3(5, 72, 40, true, false, 2),
        Mobile3(5, 120, 40, true, false, 1), Mobile3(5, 120, 40, true, false, 1),
        Mobile3(3, 240, 80, false, true, 2), Mobile3(3, 200, 80, false, true, 1),
        Mobile3(3, 184, 80, false, true, 1), Mobile3(3, 184, 80, false, true, 1),
        Mobile3(3, 480, 112, true, true, 1), Mobile3(3, 672, 112, true, true, 1),
        Mobile3(5, 672, 160, true, true, 2), Mobile3(5, 960, 160, true, true, 1),
        Mobile3(5, 960, 160, true, true, 1),
      ], features: 1280),
  ]

  /// A row of the paper's tables 1 and 2.
  private struct Mobile3 {
    let kernel, expanded, filters: Int
    let squeezes, hardSwish: Bool
    let stride: Int

    init(
      _ kernel: Int, _ expanded: Int, _ filters: Int, _ squeezes: Bool, _ hardSwish: Bool, _ stride: Int
    ) {
      (self.kernel, self.expanded, self.filters) = (kernel, expanded, filters)
      (self.squeezes, self.hardSwish, self.stride) = (squeezes, hardSwish, stride)
    }

    func block(from channels: Int, _ style: MobileStyle) -> LayerNode {
      let activation: any Layer = hardSwish ? HardSwish() : ReLU()
      return style.residual(stride == 1 && channels == filters) {
        Block {
          if expanded != channels { style.convolution(expanded, kernel: 1, activation: activation) }
          style.convolution(
            expanded, kernel: kernel, stride: stride, groups: expanded, activation: activation)
          if squeezes {
            SqueezeExcitation(multipleOf8(near: expanded / 4), gate: HardSigmoid())
          }
          style.convolution(filters, kernel: 1, activation: nil)
        }.named("block")
      }
    }
  }

  private static func mobilenetV3(_ size: String, _ rows: [Mobile3], features: Int) -> ZooModel {
    ZooModel(
      "mobilenet-v3-\(size)",
      "\(rows.count) inverted residuals with squeeze-excitation and hard-swish, found by search",
      paper: "Howard et al., \"Searching for MobileNetV3\", ICCV 2019", hasSmallStem: true,
      initializer: MobileStyle.initializer
    ) { request in
      let style = MobileStyle(norm: BatchNorm(momentum: 0.01, epsilon: 1e-3))
      let inputs = [16] + rows.map(\.filters)
      Block {
        style.convolution(16, kernel: 3, stride: request.isSmall ? 1 : 2, activation: HardSwish())
        zip(inputs, rows).map { $1.block(from: $0, style) }
        style.convolution(6 * inputs[rows.count], kernel: 1, activation: HardSwish())
      }.named("features")
      GlobalAveragePool().named("avgpool")
      Block {
        Dense(features)
        HardSwish()
        Dropout(0.2)
        Dense(request.classes)
      }.named("classifier")
    }
  }

  /// The nearest multiple of 8, but at least 8 and not below nine tenths.
  private static func multipleOf8(near value: Int) -> Int {
    let near = max(8, (value + 4) / 8 * 8)
    return 10 * near < 9 * value ? near + 8 : near
  }
}
