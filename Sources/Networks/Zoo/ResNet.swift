extension ModelZoo {
  /// ResNet-18 with torchvision's names and shapes.
  ///
  /// Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016.
  public static func resnet18(input: InputShape, classes: Int, stem: Stem = .automatic) -> Network {
    Network(input: input, name: "resnet18") {
      if stem.isSmall(for: input) {
        Conv2D(64, kernel: 3, padding: .explicit(1)).named("conv1")
        BatchNorm().named("bn1")
        ReLU().named("relu")
      } else {
        Conv2D(64, kernel: 7, stride: 2, padding: .explicit(3)).named("conv1")
        BatchNorm().named("bn1")
        ReLU().named("relu")
        MaxPool(3, stride: 2, padding: 1).named("maxpool")
      }
      for (stage, filters) in [64, 128, 256, 512].enumerated() {
        Block {
          basicBlock(filters, stride: stage == 0 ? 1 : 2)
          basicBlock(filters, stride: 1)
        }.named("layer\(stage + 1)")
      }
      GlobalAveragePool().named("avgpool")
      Dense(classes).named("fc")
    }
  }

  /// Two 3x3 convolutions; a stride above 1 comes with a 1x1 convolution on the shortcut.
  private static func basicBlock(_ filters: Int, stride: Int) -> Residual {
    Residual(relu: true) {
      Conv2D(filters, kernel: 3, stride: stride, padding: .explicit(1)).named("conv1")
      BatchNorm().named("bn1")
      ReLU().named("relu")
      Conv2D(filters, kernel: 3, padding: .explicit(1)).named("conv2")
      BatchNorm().named("bn2")
    } shortcut: {
      if stride > 1 {
        Conv2D(filters, kernel: 1, stride: stride)
        BatchNorm()
      }
    }
  }
}
