extension ModelZoo {
  /// Six 3x3 convolutions in three pairs, each with batch norm and ReLU. Names as the same layers in PyTorch's
  /// `nn.Sequential`.
  static let vgg6 = ZooModel(
    "vgg6", "six 3x3 convolutions with batch norm in the style of VGG, for small images",
    paper:
      "after Simonyan, Zisserman, \"Very deep convolutional networks for large-scale image recognition\", "
      + "ICLR 2015", smallestSide: 4
  ) { request in
    for (stage, filters) in [32, 64, 128].enumerated() {
      for _ in 0..<2 {
        Conv2D(filters, kernel: 3, padding: .same)
        BatchNorm()
        ReLU()
      }
      if stage < 2 { MaxPool(2) }
    }
    GlobalAveragePool()
    Flatten()
    Dropout(0.2)
    Dense(request.classes)
  }
}
