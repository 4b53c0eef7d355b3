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
