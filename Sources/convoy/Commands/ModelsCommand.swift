import ArgumentParser
import Convoy

/// `convoy models`.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the networks that train knows by name, or describe one.",
    usage: "convoy models [<model>] [<options>]",
    discussion: """
      Without a model: every network with its parameters, the operations of one image's forward pass (a multiply-add \
      is two; training takes about three times as many) and the paper. With one: its layers, and the memory that \
      a replica needs for --batch images at a time.

      EXAMPLE:
        convoy models
        convoy models resnet18 --input 3x224x224 --batch 32
        convoy models resnet18 --input 3x64x64 --classes 10 --yaml > net.yaml
        convoy models net.yaml
      """)

  @Argument(help: "A name from the list, or the path of a network file in YAML or JSON.")
  var model: String?

  @Option(
    help: "The images, CHANNELSxHEIGHTxWIDTH (default: a network file's own, else 3x224x224).",
    transform: InputShape.init(text:))
  var input: InputShape?

  @Option(help: "The number of classes, 2 or more, for models of the list (default: 1000).")
  var classes: Int?

  @Option(help: "The first layers, for models of the list (default: automatic).")
  var stem: Stem?

  @Option(help: "Images that a replica computes at a time, 1 to 65536.")
  var batch = 32

  @Option(help: "The type of activations: fp32, bf16, or auto for the faster one on this processor.")
  var precision = PrecisionChoice.automatic

  @Flag(help: "Write the network as a file that --model takes, in YAML.")
  var yaml = false

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if let classes, classes < 2 { throw ValidationError("--classes is \(classes); it must be at least 2.") }
    if !(1...65536).contains(batch) {
      throw ValidationError("--batch is \(batch); it must be from 1 to 65536.")
    }
    if yaml && model == nil { throw ValidationError("--yaml needs a model.") }
    if yaml && speech.json { throw ValidationError("--yaml and --json exclude each other.") }
    if let model, NetworkFile.isPath(model), classes != nil || stem != nil {
      throw ValidationError(
        "--classes and --stem are for models of the list; a network file says both itself.")
    }
  }

  func run() throws {
    let console = Console(speech)
    if let model {
      let network = try network(model)
      if yaml {
        NetworkText.lines(of: try NetworkFile.text(network)).forEach(console.result)
      } else {
        try describe(network, on: console)
      }
    } else {
      try list(on: console)
    }
    try console.check()
  }

  private static let photo = InputShape.image(channels: 3, height: 224, width: 224)

  private func network(_ model: String) throws -> Network {
    guard NetworkFile.isPath(model) else {
      return try ModelZoo.network(
        named: model, input: input ?? Self.photo, classes: classes ?? 1000, stem: stem ?? .automatic)
    }
    var network = try NetworkFile.read(path: model)
    network.input = input ?? network.input
    return network
  }

  private func describe(_ network: Network, on console: Console) throws {
    let precision = precision.resolved
    let description = NetworkDescription(
      network, summary: try network.summary(), starts: try network.weightStarts(),
      outputs: try network.outputCount(),
      batch: batch, precision: precision,
      memory: try network.activationMemory(batch: batch, precision: precision))
    NetworkText.lines(of: description).forEach(console.result)
    try console.event("model", description, isResult: true)
  }

  private func list(on console: Console) throws {
    let input = input ?? Self.photo
    var rows: [[String]] = []
    for model in ModelZoo.models {
      // A stem is for the models that have a choice.
      let stem = model.hasSmallStem ? stem ?? .automatic : .automatic
      do {
        let summary = try model.network(input: input, classes: classes ?? 1000, stem: stem).summary()
        rows.append([
          model.name, Quantity.grouped(summary.parameterCount),
          "\(Quantity.short(summary.forwardFLOPs))FLOPs", model.paper,
        ])
        try console.event(
          "model",
          ListedModel(
            name: model.name, summary: model.summary, paper: model.paper,
            parameterCount: summary.parameterCount,
            forwardFLOPs: summary.forwardFLOPs), isResult: true)
      } catch is NetworkError {
        rows.append([model.name, "not for", "\(input.activation)", model.paper])
        try console.event(
          "model",
          ListedModel(
            name: model.name, summary: model.summary, paper: model.paper, parameterCount: nil,
            forwardFLOPs: nil),
          isResult: true)
      }
    }
    TextTable(header: ["model", "parameters", "forward", "paper"], rows: rows, endsInText: true)
      .lines.forEach(console.result)
  }

  private struct ListedModel: Encodable {
    let name: String
    let summary: String
    let paper: String
    /// Nil where the model does not take the images.
    let parameterCount: Int?
    let forwardFLOPs: Int?
  }
}

extension InputShape {
  /// Images as an argument states them: `3x224x224`.
  init(text: String) throws {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard numbers.count == 3, [1, 3].contains(numbers[0]), numbers[1...].allSatisfy((1...32768).contains)
    else {
      throw ValidationError("expected CHANNELSxHEIGHTxWIDTH with 1 or 3 channels, such as 3x224x224.")
    }
    self = .image(channels: numbers[0], height: numbers[1], width: numbers[2])
  }
}
