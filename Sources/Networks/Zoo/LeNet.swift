extension ModelZoo {
  /// LeNet-5 as it is taught: the third convolution is a dense layer, average poolings have no trained factors, and
  /// the scores are a dense layer's. Images of less than 32 pixels, as MNIST's, get two rows of zeros on each side.
  static let lenet5 = ZooModel(
    "lenet5", "two convolutions and three dense layers with tanh, for digits",
    paper: "LeCun, Bottou, Bengio, Haffner, \"Gradient-based learning applied to document recognition\", "
      + "Proceedings of the IEEE, 1998", smallestSide: 12, initializer: .weights(.pytorch)
  ) { request in
    Conv2D(6, kernel: 5, padding: .explicit(request.input.height < 32 ? 2 : 0), bias: true).named("conv1")
    Tanh().named("tanh1")
    AveragePool(2).named("pool1")
    Conv2D(16, kernel: 5, bias: true).named("conv2")
    Tanh().named("tanh2")
    AveragePool(2).named("pool2")
    Flatten().named("flatten")
    Dense(120).named("fc1")
    Tanh().named("tanh3")
    Dense(84).named("fc2")
    Tanh().named("tanh4")
    Dense(request.classes).named("fc3")
  }
}
