extension ModelZoo {
  /// DenseNet-121 with torchvision's names, shapes and initialisation.
  static let densenet121 = ZooModel(
    "densenet121", "58 layers in four dense blocks, each taking what all before it in its block have made",
    paper: "Huang, Liu, van der Maaten, Weinberger, \"Densely connected convolutional networks\", CVPR 2017",
    smallestSide: 29, hasSmallStem: true,
    initializer: NetworkInitializer(convolutions: .heNormal(), dense: .pytorch, biases: .zeros)
  ) { request in
    let growth = 32
    Block {
      if request.isSmall {
        Conv2D(64, kernel: 3, padding: .explicit(1)).named("conv0")
      } else {
        Conv2D(64, kernel: 7, stride: 2, padding: .explicit(3)).named("conv0")
      }
      BatchNorm().named("norm0")
      ReLU().named("relu0")
      if !request.isSmall { MaxPool(3, stride: 2, padding: 1).named("pool0") }
      // A transition halves the channels that the stem and the block have made.
      for (stage, (count, halved)) in zip([6, 12, 24, 16], [128, 256, 512, 0]).enumerated() {
        Block {
          for index in 0..<count { denseLayer(growth).named("denselayer\(index + 1)") }
        }.named("denseblock\(stage + 1)")
        if halved > 0 {
          Block {
            BatchNorm().named("norm")
            ReLU().named("relu")
            Conv2D(halved, kernel: 1).named("conv")
            AveragePool(2).named("pool")
          }.named("transition\(stage + 1)")
        }
      }
      BatchNorm().named("norm5")
    }.named("features")
    ReLU().named("relu")
    GlobalAveragePool().named("avgpool")
    Dense(request.classes).named("classifier")
  }

  /// The input, and beside it what two convolutions make of it.
  private static func denseLayer(_ growth: Int) -> Parallel {
    Parallel {
    } and: {
      BatchNorm().named("norm1")
      ReLU().named("relu1")
      Conv2D(4 * growth, kernel: 1).named("conv1")
      BatchNorm().named("norm2")
      ReLU().named("relu2")
      Conv2D(growth, kernel: 3, padding: .explicit(1)).named("conv2")
    }
  }
}
