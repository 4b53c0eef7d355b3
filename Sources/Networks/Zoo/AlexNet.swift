extension ModelZoo {
  /// AlexNet on one device, with torchvision's names and shapes.
  static let alexnet = ZooModel(
    "alexnet", "five convolutions and three dense layers, without normalisation",
    paper: "Krizhevsky, \"One weird trick for parallelizing convolutional neural networks\", 2014",
    smallestSide: 63, initializer: .weights(.pytorch)
  ) { request in
    Block {
      Conv2D(64, kernel: 11, stride: 4, padding: .explicit(2), bias: true)
      ReLU()
      MaxPool(3, stride: 2)
      Conv2D(192, kernel: 5, padding: .explicit(2), bias: true)
      ReLU()
      MaxPool(3, stride: 2)
      for filters in [384, 256, 256] {
        Conv2D(filters, kernel: 3, padding: .explicit(1), bias: true)
        ReLU()
      }
      MaxPool(3, stride: 2)
    }.named("features")
    AdaptiveAveragePool(6).named("avgpool")
    Flatten().named("flatten")
    Block {
      Dropout(0.5)
      Dense(4096)
      ReLU()
      Dropout(0.5)
      Dense(4096)
      ReLU()
      Dense(request.classes)
    }.named("classifier")
  }
}
