extension ModelZoo {
  /// Six 3x3 convolutions in three pairs, each with batch norm and ReLU, after VGG (Simonyan, Zisserman,
  /// ICLR 2015). Names as the same layers in PyTorch's `nn.Sequential`.
  public static func vgg6(input: InputShape, classes: Int) -> Network {
    Network(input: input, name: "vgg6") {
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
      Dense(classes)
    }
  }
}
