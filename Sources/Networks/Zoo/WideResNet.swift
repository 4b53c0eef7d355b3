extension ModelZoo {
  /// Wide ResNets of 6n + 4 layers with pre-activation: batch norm and ReLU come before each convolution. Where a
  /// block changes the shape, its shortcut begins after the first of them, as the authors' code does. Names in the
  /// style of torchvision's ResNets.
  static let wideResNets = [(16, 4), (16, 8), (28, 10)].flatMap { depth, width in
    [0, 0.3].map { wideResNet(depth, width, dropout: $0) }
  }

  /// - Parameter dropout: between the two convolutions of each block; the authors' is 0.3 where they use it.
  private static func wideResNet(_ depth: Int, _ width: Int, dropout: Double) -> ZooModel {
    ZooModel(
      "wide-resnet\(depth)-\(width)" + (dropout > 0 ? "-dropout" : ""),
      "\((depth - 4) / 2) residual blocks with pre-activation, \(width) times as wide"
        + (dropout > 0 ? ", with dropout" : "") + ", for small images",
      paper: "Zagoruyko, Komodakis, \"Wide residual networks\", BMVC 2016"
    ) { request in
      Conv2D(16, kernel: 3, padding: .explicit(1)).named("conv1")
      for (stage, filters) in [16, 32, 64].enumerated() {
        Block {
          wideTransition(width * filters, stride: stage == 0 ? 1 : 2, dropout)
          for _ in 1..<(depth - 4) / 6 { wideBlock(width * filters, dropout) }
        }.named("layer\(stage + 1)")
      }
      BatchNorm().named("bn1")
      ReLU().named("relu")
      GlobalAveragePool().named("avgpool")
      Dense(request.classes).named("fc")
    }
  }

  /// A block that keeps the shape.
  private static func wideBlock(_ filters: Int, _ dropout: Double) -> Residual {
    Residual {
      BatchNorm().named("bn1")
      ReLU().named("relu1")
      wideConvolutions(filters, stride: 1, dropout)
    }
  }

  /// The first block of a stage.
  private static func wideTransition(_ filters: Int, stride: Int, _ dropout: Double) -> Block {
    Block {
      BatchNorm().named("bn1")
      ReLU().named("relu1")
      Residual {
        wideConvolutions(filters, stride: stride, dropout)
      } shortcut: {
        Conv2D(filters, kernel: 1, stride: stride)
      }.named("")
    }
  }

  @LayerBuilder private static func wideConvolutions(
    _ filters: Int, stride: Int, _ dropout: Double
  ) -> [LayerNode] {
    Conv2D(filters, kernel: 3, stride: stride, padding: .explicit(1)).named("conv1")
    BatchNorm().named("bn2")
    ReLU().named("relu2")
    if dropout > 0 { Dropout(dropout).named("dropout") }
    Conv2D(filters, kernel: 3, padding: .explicit(1)).named("conv2")
  }
}
