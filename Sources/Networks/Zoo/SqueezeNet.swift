extension ModelZoo {
  /// SqueezeNet 1.1 with torchvision's names, shapes and initialisation.
  static let squeezenet = ZooModel(
    "squeezenet1-1", "eight fire modules, which squeeze to few channels and expand again",
    paper:
      "Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer, \"SqueezeNet: AlexNet-level accuracy with 50x fewer "
      + "parameters and < 0.5 MB model size\", 2016", smallestSide: 25,
    initializer: NetworkInitializer(convolutions: .heUniform(), biases: .zeros)
  ) { request in
    Block {
      Conv2D(64, kernel: 3, stride: 2, bias: true)
      ReLU()
      MaxPool(3, stride: 2, ceilMode: true)
      fire(16, expand: 64)
      fire(16, expand: 64)
      MaxPool(3, stride: 2, ceilMode: true)
      fire(32, expand: 128)
      fire(32, expand: 128)
      MaxPool(3, stride: 2, ceilMode: true)
      fire(48, expand: 192)
      fire(48, expand: 192)
      fire(64, expand: 256)
      fire(64, expand: 256)
    }.named("features")
    Block {
      Dropout(0.5)
      Conv2D(request.classes, kernel: 1, bias: true, init: .normal(std: 0.01))
      ReLU()
      GlobalAveragePool()
    }.named("classifier")
  }

  private static func fire(_ squeeze: Int, expand: Int) -> Block {
    Block {
      Conv2D(squeeze, kernel: 1, bias: true).named("squeeze")
      ReLU().named("squeeze_activation")
      Parallel {
        Conv2D(expand, kernel: 1, bias: true).named("expand1x1")
        ReLU().named("expand1x1_activation")
      } and: {
        Conv2D(expand, kernel: 3, padding: .explicit(1), bias: true).named("expand3x3")
        ReLU().named("expand3x3_activation")
      }.named("")
    }
  }
}
