import ArgumentParser
import Convoy

/// `convoy models`.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the networks that train knows by name, with their cost.",
    usage: "convoy models [<options>]",
    discussion: """
      The operations are those of one image's forward pass (a multiply-add is two); training takes about \
      three times as many.

      EXAMPLE:
        convoy models --size 224 --channels 3 --classes 1000
      """)

  @Option(help: "The size of the images in pixels: one number for a square or HEIGHTxWIDTH.")
  var size = InputSize(32)

  @Option(help: "Channels of the images, 1 (grey) or 3 (RGB).")
  var channels = 3

  @Option(help: "The number of classes, 2 or more.")
  var classes = 10

  @Option(help: "The models' first layers.")
  var stem = Stem.automatic

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if size.height < 1 || size.width < 1 {
      throw ValidationError("--size is \(size); it must be at least 1.")
    }
    if channels != 1 && channels != 3 {
      throw ValidationError("--channels is \(channels); it must be 1 or 3.")
    }
    if classes < 2 { throw ValidationError("--classes is \(classes); it must be at least 2.") }
  }

  func run() throws {
    let console = Console(speech)
    let input = InputShape.image(channels: channels, height: size.height, width: size.width)
    var rows: [[String]] = []
    for name in ModelZoo.names {
      let network = try ModelZoo.network(named: name, input: input, classes: classes, stem: stem)
      let summary = try network.summary()
      let (parameters, operations) = (summary.parameterCount, summary.forwardFLOPs)
      rows.append([name, Quantity.grouped(parameters), "\(Quantity.short(operations))FLOPs"])
      try console.event(
        "model", Model(name: name, parameterCount: parameters, forwardFLOPs: operations), isResult: true)
      if console.verbose { detail(name, summary, on: console) }
    }
    TextTable(header: ["model", "parameters", "forward"], rows: rows).lines.forEach(console.result)
    try console.check()
  }

  private func detail(_ name: String, _ summary: NetworkSummary, on console: Console) {
    let rows = summary.layers.map {
      [
        $0.name, $0.kind, "\($0.output)", Quantity.grouped($0.parameterCount),
        Quantity.short($0.forwardFLOPs),
      ]
    }
    TextTable(header: [name, "kind", "output", "parameters", "forward"], rows: rows, leftColumns: 3)
      .lines.forEach(console.detail)
  }

  private struct Model: Encodable {
    let name: String
    let parameterCount: Int
    let forwardFLOPs: Int
  }
}
