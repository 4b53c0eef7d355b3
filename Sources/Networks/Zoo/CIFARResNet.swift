extension ModelZoo {
  /// The paper's networks for CIFAR-10, of 6n + 2 layers with shortcuts without parameters (option A): between stages
  /// every second row and column, and zeros for the new channels.
  static let cifarResNets = [20, 32, 44, 56, 110].map { depth in
    ZooModel(
      "resnet\(depth)", "\((depth - 2) / 2) residual blocks of 16, 32 and 64 filters, for small images",
      paper: "He, Zhang, Ren, Sun, \"Deep residual learning for image recognition\", CVPR 2016, section 4.2"
    ) { request in
      Conv2D(16, kernel: 3, padding: .explicit(1)).named("conv1")
      BatchNorm().named("bn1")
      ReLU().named("relu")
      for (stage, filters) in [16, 32, 64].enumerated() {
        Block {
          for index in 0..<(depth - 2) / 6 {
            cifarBlock(filters, isWider: stage > 0 && index == 0)
          }
        }.named("layer\(stage + 1)")
      }
      GlobalAveragePool().named("avgpool")
      Dense(request.classes).named("fc")
    }
  }

  private static func cifarBlock(_ filters: Int, isWider: Bool) -> Residual {
    Residual(relu: true) {
      Conv2D(filters, kernel: 3, stride: isWider ? 2 : 1, padding: .explicit(1)).named("conv1")
      BatchNorm().named("bn1")
      ReLU().named("relu")
      Conv2D(filters, kernel: 3, padding: .explicit(1)).named("conv2")
      BatchNorm().named("bn2")
    } shortcut: {
      if isWider {
        MaxPool(1, stride: 2)
        ChannelPad(after: filters / 2)
      }
    }
  }
}
