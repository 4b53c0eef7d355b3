/// What MobileNets and EfficientNets are made of, with the options in which they differ.
struct MobileStyle {
  /// The batch norms.
  var norm = BatchNorm()
  /// How their convolutions and dense layers start: as torchvision's.
  static let initializer = NetworkInitializer(
    convolutions: .heNormal(mode: .fanOut), dense: .normal(std: 0.01), biases: .zeros)

  /// A convolution that keeps the size but for its stride, batch norm and perhaps an activation.
  func convolution(
    _ filters: Int, kernel: Int, stride: Int = 1, groups: Int = 1, activation: (any Layer)?
  ) -> Block {
    Block {
      Conv2D(filters, kernel: kernel, stride: stride, padding: .explicit(kernel / 2), groups: groups)
      norm
      if let activation { LayerNode(layer: activation) }
    }
  }

  /// `layers`, with the input added where the shape stays.
  func residual(_ isResidual: Bool, @LayerBuilder _ layers: () -> [LayerNode]) -> LayerNode {
    isResidual ? LayerNode(layer: Residual(layers)) : LayerNode(layer: Block(layers))
  }
}
