extension ModelZoo {
  /// VGG-11, 13, 16 and 19 (configurations A, B, D and E), without and with batch norm, with torchvision's names,
  /// shapes and initialisation.
  static let vggs = [
    (11, [1, 1, 2, 2, 2]), (13, [2, 2, 2, 2, 2]), (16, [2, 2, 3, 3, 3]), (19, [2, 2, 4, 4, 4]),
  ].flatMap { depth, convolutions in
    [false, true].map { vgg(depth, convolutions, hasNorms: $0) }
  }

  /// - Parameter convolutions: how many there are in each of the five stages.
  private static func vgg(_ depth: Int, _ convolutions: [Int], hasNorms: Bool) -> ZooModel {
    ZooModel(
      "vgg\(depth)" + (hasNorms ? "-bn" : ""),
      "\(depth - 3) 3x3 convolutions" + (hasNorms ? " with batch norm" : "") + " and three wide dense layers",
      paper: "Simonyan, Zisserman, \"Very deep convolutional networks for large-scale image recognition\", "
        + "ICLR 2015", smallestSide: 32,
      initializer: NetworkInitializer(
        convolutions: .heNormal(mode: .fanOut), dense: .normal(std: 0.01), biases: .zeros)
    ) { request in
      Block {
        for (count, filters) in zip(convolutions, [64, 128, 256, 512, 512]) {
          for _ in 0..<count {
            Conv2D(filters, kernel: 3, padding: .explicit(1), bias: true)
            if hasNorms { BatchNorm() }
            ReLU()
          }
          MaxPool(2)
        }
      }.named("features")
      AdaptiveAveragePool(7).named("avgpool")
      Flatten().named("flatten")
      Block {
        for _ in 0..<2 {
          Dense(4096)
          ReLU()
          Dropout(0.5)
        }
        Dense(request.classes)
      }.named("classifier")
    }
  }
}
