import Networks
import Testing

/// What does not fit is an error that names the layer, what it wants and what it gets.
@Suite struct ShapeTests {
  private struct Mistake: CustomTestStringConvertible {
    let testDescription: String
    let line: String
    let network: Network

    init(_ name: String, _ line: String, @LayerBuilder _ layers: () -> [LayerNode]) {
      testDescription = name
      self.line = line
      network = Network(input: .image(channels: 3, height: 8, width: 6), layers)
    }
  }

  private static let mistakes = [
    Mistake("dense", "layer 1: expected a vector (add Flatten or GlobalAveragePool), but 4x6x4 flows into it")
    {
      Conv2D(4, kernel: 3)
      Dense(10)
    },
    Mistake("convolution of a vector", "layer block.1: expected images, but 144 flows into it") {
      Block {
        Flatten()
        Conv2D(4, kernel: 3)
      }.named("block")
    },
    Mistake("kernel", "layer wide: expected at least 7x7 pixels with padding, but 3x8x6 flows into it") {
      Conv2D(4, kernel: 7).named("wide")
    },
    Mistake("dilation", "layer 0: expected at least 9x9 pixels with padding, but 3x8x6 flows into it") {
      Conv2D(4, kernel: 3, dilation: 4)
    },
    Mistake(
      "groups", "layer 0: expected channels and filters (4) that 2 groups divide, but 3x8x6 flows into it"
    ) {
      Conv2D(4, kernel: 3, groups: 2)
    },
    Mistake("pooling", "layer 0: expected at least 9x9 pixels with padding, but 3x8x6 flows into it") {
      MaxPool(9)
    },
    Mistake("pooled vector", "layer 1: expected images, but 144 flows into it") {
      Flatten()
      AveragePool(2)
    },
    Mistake("globally pooled vector", "layer 1: expected images, but 144 flows into it") {
      Flatten()
      GlobalAveragePool()
    },
    Mistake(
      "shortcut", "layer 0: expected a shortcut of the body's shape, 4x8x6, but 3x8x6 flows into it"
    ) {
      Residual { Conv2D(4, kernel: 3, padding: .same) }
    },
    Mistake("end", "layer output: expected a vector at the end, but 4x6x4 flows into it") {
      Conv2D(4, kernel: 3)
    },
    Mistake("stride", "layer 0: filters, kernel, stride, dilation and groups are at least 1") {
      Conv2D(4, kernel: 3, stride: 0)
    },
    Mistake("window", "layer 0: size and stride are at least 1, padding at most half the size") {
      MaxPool(2, padding: 2)
    },
    Mistake("groups of a norm", "layer 0: expected channels that 2 groups divide, but 3x8x6 flows into it") {
      GroupNorm(2)
    },
    Mistake("adapted vector", "layer 1: expected images, but 144 flows into it") {
      Flatten()
      AdaptiveAveragePool(2)
    },
    Mistake("adapted to nothing", "layer 0: size is at least 1 each way") { AdaptiveMaxPool(0) },
    Mistake("ratio", "layer 0: output-ratio is above 0 and below 1, not 1.5") {
      FractionalMaxPool(ratio: 1.5)
    },
    Mistake("no region", "layer 0: expected an output of at least 1x1 pixels, but 3x8x6 flows into it") {
      FractionalMaxPool(ratio: 0.1)
    },
    Mistake(
      "regions", "layer 0: expected at least 7x7 pixels for 6x6 overlapping regions, but 3x8x6 flows into it"
    ) {
      FractionalMaxPool(size: 6)
    },
    Mistake("mirrored", "layer 0: expected at least 7x7 pixels for reflect padding, but 3x8x6 flows into it")
    {
      Pad(6, mode: .reflect)
    },
    Mistake("around", "layer 0: expected at least 7x7 pixels for circular padding, but 3x8x6 flows into it") {
      Conv2D(4, kernel: 3, padding: .explicit(7), paddingMode: .circular)
    },
    Mistake("negative", "layer 0: padding is at least 0 on every side") { Pad(-1) },
    Mistake("neighbours", "layer 0: size is at least 1, alpha at least 0 and k above 0") {
      LocalResponseNorm(0)
    },
    Mistake("output padding", "layer 0: output-padding is at least 0 and below the stride, 2") {
      ConvTranspose2D(4, kernel: 3, stride: 2, outputPadding: 2)
    },
    Mistake("cut off", "layer 0: expected more pixels than padding 9 cuts off, but 3x8x6 flows into it") {
      ConvTranspose2D(4, kernel: 1, padding: 9)
    },
    Mistake("reshape", "layer 0: expected 145 values for 5x29x1, but 3x8x6 flows into it") {
      Reshape([5, 29, 1])
    },
    Mistake(
      "reshape to a matrix", "layer 0: the shape is [channels, height, width] or [features], not [12, 12]"
    ) {
      Reshape([12, 12])
    },
    Mistake("probability", "layer 0: the probability is in 0..<1, not 1.0") { Dropout(1) },
    Mistake("momentum", "layer 0: momentum is in 0...1 and epsilon is positive") { BatchNorm(momentum: 2) },
    Mistake("units", "layer 1: units is at least 1") {
      Flatten()
      Dense(0)
    },
  ]

  @Test(arguments: mistakes) private func isNamed(mistake: Mistake) {
    #expect {
      try mistake.network.outputCount()
    } throws: { error in
      (error as? NetworkError)?.description == mistake.line
    }
  }

  @Test func anEmptyImageIsAnError() {
    let network = Network(input: .image(channels: 3, height: 0, width: 6)) { Flatten() }
    #expect(throws: NetworkError.self) { try network.outputCount() }
  }

  /// PyTorch's sizes.
  @Test(arguments: [
    (6, 3, 2, 0, 3), (7, 3, 2, 0, 3), (6, 3, 2, 1, 4), (5, 3, 2, 1, 3), (7, 2, 3, 0, 3), (6, 2, 3, 0, 2),
  ])
  func ceilModeRoundsUp(size: Int, window: Int, stride: Int, padding: Int, expected: Int) throws {
    let pool = MaxPool(window, stride: stride, padding: padding, ceilMode: true)
    let output = try pool.outputShape(for: .image(channels: 1, height: size, width: size), name: "0")
    #expect(output == .image(channels: 1, height: expected, width: expected))
  }

  @Test(arguments: [(7, 1, 7), (7, 2, 4), (8, 2, 4), (5, 1, 5)])
  func samePaddingKeepsTheSizeAtStride1(size: Int, stride: Int, expected: Int) throws {
    for kernel in 1...5 {
      let network = Network(input: .image(channels: 1, height: size, width: size)) {
        Conv2D(1, kernel: kernel, stride: stride, padding: .same)
      }
      let output = try network.visit { _ in }
      #expect(output == .image(channels: 1, height: expected, width: expected), "kernel \(kernel)")
    }
  }
}
