import Networks

/// Padding, transposed convolutions and other shapes. Mirrors `Fixtures/generate_layers.py`.
extension SmallNetwork {
  static let windows = paddings + transposed + shapes

  private static let paddings = [
    second("conv-reflect", (3, 4, 5), 5, padded(.reflect)),
    second("conv-replicate-stride-2", (3, 4, 5), 5, padded(.replicate, 5, .explicit(2), stride: 2)),
    second("conv-circular", (3, 4, 3), 5, padded(.circular, 5, .explicit(2))),
    second("conv-reflect-same", (3, 4, 4), 5, padded(.reflect, 4, .same)),
    SmallNetwork("conv-circular-first", (3, 4, 4)) {
      Conv2D(4, kernel: 3, padding: .same, paddingMode: .circular, bias: true); head()
    },
    SmallNetwork("pad-zeros", (3, 3, 4)) {
      same(4); Pad(Sides(left: 1, right: 0, top: 2, bottom: 1)); Conv2D(3, kernel: 3); head()
    },
    second("pad-reflect", (3, 4, 4), 4, Pad(Sides(left: 2, right: 1, top: 0, bottom: 3), mode: .reflect)),
    second("pad-replicate", (3, 3, 3), 4, Pad(Sides(left: 4, right: 1, top: 0, bottom: 1), mode: .replicate)),
    second("pad-circular", (3, 3, 3), 4, Pad(2, mode: .circular)),
    SmallNetwork("pad-circular-first", (3, 3, 3)) {
      Pad(Sides(left: 3, right: 0, top: 1, bottom: 0), mode: .circular); Conv2D(2, kernel: 3); head()
    },
  ]

  private static let transposed = [
    second(
      "conv-transpose", (3, 4, 3), 6,
      ConvTranspose2D(5, kernel: 3, stride: 2, padding: 1, outputPadding: 1, bias: true)),
    second(
      "conv-transpose-groups", (3, 3, 3), 6, ConvTranspose2D(4, kernel: 4, stride: 2, padding: 1, groups: 2)),
    second("conv-transpose-dilation", (3, 4, 3), 5, ConvTranspose2D(4, kernel: 3, padding: 1, dilation: 2)),
    second(
      "conv-transpose-depthwise", (3, 3, 3), 6,
      ConvTranspose2D(6, kernel: 2, stride: 2, groups: 6, bias: true)),
    SmallNetwork("conv-transpose-first", (3, 3, 3)) {
      ConvTranspose2D(4, kernel: 3, padding: 1); same(3); head()
    },
    second(
      "conv-transpose-16-channels", (3, 2, 2), 16, ConvTranspose2D(16, kernel: 3, stride: 2, padding: 1)),
  ]

  private static let shapes = [
    SmallNetwork("reshape-vector", (3, 3, 3)) {
      Flatten(); Dense(24); Reshape([2, 4, 3]); same(3); head()
    },
    SmallNetwork("reshape-image", (3, 4, 4)) {
      same(4); Reshape([2, 8, 4]); same(3); Reshape([96]); Dense(3)
    },
  ]

  private static func padded(
    _ mode: PaddingMode, _ kernel: Int = 3, _ padding: Padding = .explicit(1), stride: Int = 1
  ) -> Conv2D {
    Conv2D(4, kernel: kernel, stride: stride, padding: padding, paddingMode: mode)
  }

  /// A layer behind a convolution.
  private static func second(
    _ name: String, _ size: (Int, Int, Int), _ channels: Int, _ layer: some Layer
  ) -> SmallNetwork {
    SmallNetwork(name, size) {
      same(channels); layer; head()
    }
  }
}
