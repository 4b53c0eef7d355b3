extension ModelZoo {
  /// ResNet-18, 34, 50, 101 and 152 and ResNeXt-50 32x4d with torchvision's names and shapes: in bottlenecks the
  /// stride is at the 3x3 convolution ("v1.5").
  static let resnets = [
    resnet(18, [2, 2, 2, 2]), resnet(34, [3, 4, 6, 3]), resnet(50, [3, 4, 6, 3]),
    resnet(101, [3, 4, 23, 3]), resnet(152, [3, 8, 36, 3]),
    ZooModel(
      "resnext50-32x4d", "ResNet-50 with 3x3 convolutions in 32 groups of 4 channels and more",
      paper:
        "Xie, Girshick, Dollár, Tu, He, \"Aggregated residual transformations for deep neural networks\", "
        + "CVPR 2017", hasSmallStem: true
    ) { request in
      resnetLayers([3, 4, 6, 3], request) { filters, stride, isFirst in
        bottleneck(2 * filters, stride: stride, groups: 32, filters: 4 * filters, isFirst: isFirst)
      }
    },
  ]

  /// - Parameter blocks: how many there are in each of the four stages.
  private static func resnet(_ depth: Int, _ blocks: [Int]) -> ZooModel {
    let isDeep = depth >= 50
    return ZooModel(
      "resnet\(depth)",
      "\(blocks.reduce(0, +)) residual \(isDeep ? "bottlenecks" : "blocks of two 3x3 convolutions")",
      paper: "He, Zhang, Ren, Sun, \"Deep residual learning for image recognition\", CVPR 2016",
      hasSmallStem: true
    ) { request in
      resnetLayers(blocks, request) { filters, stride, isFirst in
        isDeep
          ? bottleneck(filters, stride: stride, filters: 4 * filters, isFirst: isFirst)
          : basicBlock(filters, stride: stride)
      }
    }
  }

  /// A stem, four stages of blocks, and a classifier.
  @LayerBuilder private static func resnetLayers(
    _ blocks: [Int], _ request: ZooModel.Request,
    block: (_ filters: Int, _ stride: Int, _ isFirst: Bool) -> Residual
  ) -> [LayerNode] {
    if request.isSmall {
      Conv2D(64, kernel: 3, padding: .explicit(1)).named("conv1")
    } else {
      Conv2D(64, kernel: 7, stride: 2, padding: .explicit(3)).named("conv1")
    }
    BatchNorm().named("bn1")
    ReLU().named("relu")
    if !request.isSmall { MaxPool(3, stride: 2, padding: 1).named("maxpool") }
    for (stage, filters) in [64, 128, 256, 512].enumerated() {
      Block {
        for index in 0..<blocks[stage] {
          block(filters, index == 0 && stage > 0 ? 2 : 1, index == 0)
        }
      }.named("layer\(stage + 1)")
    }
    GlobalAveragePool().named("avgpool")
    Dense(request.classes).named("fc")
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

  /// 1x1, 3x3 and 1x1 convolutions; the first block of a stage has a 1x1 convolution on the shortcut.
  private static func bottleneck(
    _ inner: Int, stride: Int, groups: Int = 1, filters: Int, isFirst: Bool
  ) -> Residual {
    Residual(relu: true) {
      Conv2D(inner, kernel: 1).named("conv1")
      BatchNorm().named("bn1")
      ReLU().named("relu1")
      Conv2D(inner, kernel: 3, stride: stride, padding: .explicit(1), groups: groups).named("conv2")
      BatchNorm().named("bn2")
      ReLU().named("relu2")
      Conv2D(filters, kernel: 1).named("conv3")
      BatchNorm().named("bn3")
    } shortcut: {
      if isFirst {
        Conv2D(filters, kernel: 1, stride: stride)
        BatchNorm()
      }
    }
  }
}
