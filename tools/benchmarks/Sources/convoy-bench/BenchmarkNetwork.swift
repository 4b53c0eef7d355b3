import Networks

/// The networks that benchmarks know: the zoo's, and one of depthwise convolutions.
enum BenchmarkNetwork {
  static let names = ModelZoo.names + ["depthwise"]

  static func named(_ name: String, input: InputShape, classes: Int) throws -> Network {
    if name != "depthwise" { return try ModelZoo.network(named: name, input: input, classes: classes) }
    let network = depthwise(input: input, classes: classes)
    try network.visit { _ in }
    return network
  }

  /// MobileNetV2 for images of 32 pixels, with plain ReLUs: 1x1 expansion, depthwise 3x3, 1x1 projection. The twin
  /// of `depthwise` in `peers/train_step.py`.
  ///
  /// Source: Sandler, Howard, Zhu, Zhmoginov, Chen, "MobileNetV2: inverted residuals and linear bottlenecks",
  /// CVPR 2018.
  private static func depthwise(input: InputShape, classes: Int) -> Network {
    let stages = [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2)]
    var channels = 32
    return Network(input: input, name: "depthwise") {
      unit(Conv2D(channels, kernel: 3, padding: .same))
      for (expansion, filters, repeats, stride) in stages {
        for index in 0..<repeats {
          block(&channels, filters, expansion: expansion, stride: index == 0 ? stride : 1)
        }
      }
      unit(Conv2D(1280, kernel: 1))
      GlobalAveragePool()
      Dense(classes)
    }
  }

  @LayerBuilder private static func unit(_ convolution: Conv2D) -> [LayerNode] {
    convolution; BatchNorm(); ReLU()
  }

  private static func block(
    _ channels: inout Int, _ filters: Int, expansion: Int, stride: Int
  ) -> [LayerNode] {
    let wide = channels * expansion
    let isResidual = stride == 1 && channels == filters
    channels = filters
    let layers = body(wide, filters, expands: expansion > 1, stride: stride)
    return isResidual
      ? LayerBuilder.buildExpression(Residual { layers })
      : LayerBuilder.buildExpression(Block { layers })
  }

  @LayerBuilder private static func body(
    _ wide: Int, _ filters: Int, expands: Bool, stride: Int
  ) -> [LayerNode] {
    if expands { unit(Conv2D(wide, kernel: 1)) }
    unit(Conv2D(wide, kernel: 3, stride: stride, padding: .explicit(1), groups: wide))
    Conv2D(filters, kernel: 1)
    BatchNorm()
  }
}
