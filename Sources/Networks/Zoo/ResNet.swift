extension ModelZoo {
  /// ResNet-18 with torchvision's names and shapes.
  ///
  /// Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016.
  public static func resnet18(input: InputShape, classes: Int, stem: Stem = .automatic) -> Network {
    resnet("resnet18", input: input, classes: classes, stem: stem, blocks: [2, 2, 2, 2]) {
      filters, stride, _ in
      basicBlock(filters, stride: stride)
    }
  }

  /// ResNet-50 with torchvision's names and shapes: the stride is at the 3x3 convolution ("v1.5").
  ///
  /// Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016.
  public static func resnet50(input: InputShape, classes: Int, stem: Stem = .automatic) -> Network {
    resnet("resnet50", input: input, classes: classes, stem: stem, blocks: [3, 4, 6, 3], block: bottleneck)
  }

  /// A stem, four stages of blocks, and a classifier.
  private static func resnet(
    _ name: String, input: InputShape, classes: Int, stem: Stem, blocks: [Int],
    block: (_ filters: Int, _ stride: Int, _ isFirst: Bool) -> Residual
  ) -> Network {
    Network(input: input, name: name) {
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
          for index in 0..<blocks[stage] {
            block(filters, index == 0 && stage > 0 ? 2 : 1, index == 0)
          }
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

  /// 1x1, 3x3 and 1x1 convolutions, the last with four times the filters; the first block of a stage has a 1x1
  /// convolution on the shortcut.
  private static func bottleneck(_ filters: Int, stride: Int, isFirst: Bool) -> Residual {
    Residual(relu: true) {
      Conv2D(filters, kernel: 1).named("conv1")
      BatchNorm().named("bn1")
      ReLU().named("relu1")
      Conv2D(filters, kernel: 3, stride: stride, padding: .explicit(1)).named("conv2")
      BatchNorm().named("bn2")
      ReLU().named("relu2")
      Conv2D(4 * filters, kernel: 1).named("conv3")
      BatchNorm().named("bn3")
    } shortcut: {
      if isFirst {
        Conv2D(4 * filters, kernel: 1, stride: stride)
        BatchNorm()
      }
    }
  }
}
