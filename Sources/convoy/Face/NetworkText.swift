import Convoy

/// A network as `convoy models` tells it.
struct NetworkDescription: Encodable {
  struct Layer: Encodable {
    let name, kind: String
    /// Channels, height and width, or features.
    let output: [Int]
    let parameterCount, forwardFLOPs: Int
    /// Bytes of what flows out for a batch.
    let activationBytes: Int
  }

  let name: String
  let input: InputShape
  let outputs: Int
  let batch: Int
  let precision: String
  let layers: [Layer]
  let parameterCount, forwardFLOPs: Int
  let memory: ActivationMemory
  let weightStarts: [WeightStart]

  init(
    _ network: Network, summary: NetworkSummary, starts: [WeightStart], outputs: Int, batch: Int,
    precision: PrecisionChoice, memory: ActivationMemory
  ) {
    name = network.name
    input = network.input
    self.outputs = outputs
    self.batch = batch
    self.precision = precision.rawValue
    layers = summary.layers.map { row in
      Layer(
        name: row.name, kind: row.kind, output: row.output.dimensions, parameterCount: row.parameterCount,
        forwardFLOPs: row.forwardFLOPs, activationBytes: batch * row.output.count * precision.bytesPerValue)
    }
    parameterCount = summary.parameterCount
    forwardFLOPs = summary.forwardFLOPs
    self.memory = memory
    weightStarts = starts
  }
}

extension ActivationShape {
  /// Channels, height and width, or features.
  fileprivate var dimensions: [Int] {
    switch self {
    case .image(let channels, let height, let width): [channels, height, width]
    case .vector(let count): [count]
    }
  }
}

/// A network as lines of text.
enum NetworkText {
  /// A table of the layers, and what they come to.
  static func lines(of network: NetworkDescription) -> [String] {
    let rows = network.layers.map { layer in
      [
        layer.name, layer.kind, layer.output.map(String.init).joined(separator: "x"),
        Quantity.grouped(layer.parameterCount), Quantity.short(layer.forwardFLOPs),
        Quantity.bytes(layer.activationBytes),
      ]
    }
    let table = TextTable(
      header: ["layer", "kind", "output", "parameters", "FLOPs", "output memory"], rows: rows, leftColumns: 3)
    let input = network.input
    let facts = TextTable(
      header: [],
      rows: [
        ["input", "\(input.channels)x\(input.height)x\(input.width)"],
        ["outputs", Quantity.grouped(network.outputs)],
        ["parameters", Quantity.grouped(network.parameterCount)],
        ["forward", "\(Quantity.short(network.forwardFLOPs))FLOPs an image"],
        [
          "memory",
          "\(Quantity.bytes(network.memory.training)) to train, \(Quantity.bytes(network.memory.inference)) for "
            + "inference, for \(Quantity.count(network.batch, "image")) at a time in \(network.precision)",
        ],
      ]
        + network.weightStarts.enumerated().map { index, start in
          [
            index == 0 ? "init" : "",
            "\(start.initializer) for \(Quantity.count(start.tensors.count, "weight tensor"))",
          ]
        }, leftColumns: 2)
    return [network.name] + table.lines + facts.lines
  }

  /// The lines of a text that ends in a newline.
  static func lines(of text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0)
      .map(String.init)
  }
}
