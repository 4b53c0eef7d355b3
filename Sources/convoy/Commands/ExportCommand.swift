import ArgumentParser
import Convoy

/// `convoy export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model in another form: for PyTorch, for ONNX, or folded.",
    usage: "convoy export [<options>] <model>",
    discussion: """
      FORMATS:
        safetensors  Convoy's self-contained model file, which evaluate, predict and train --weights take
        torch-names  the tensors alone, by torchvision's names: torchvision's model takes them with
                     load_state_dict(safetensors.torch.load_file(FILE))
        onnx         ONNX opset 17, input "input", output "logits", any number of images at once; how an image
                     becomes the input, and the classes' names, are in its metadata

      EXAMPLE:
        convoy export runs/sample/best.safetensors --format onnx --fold-batch-norm
        convoy export runs/sample/best.safetensors --format torch-names --output resnet18.safetensors
      """)

  @Argument(help: "A model file that convoy train wrote.")
  var model: String

  @Option(help: "What to write: safetensors, torch-names or onnx.")
  var format: ExportFormat

  @Option(
    name: .shortAndLong,
    help: "The file to write; one that is there is replaced (default: beside the model, by its name).")
  var output: String?

  @Flag(
    help: """
      Compute batch norms into the convolutions and dense layers before them: the same outputs but for rounding, \
      in less time. Not for torch-names (default: off).
      """)
  var foldBatchNorm = false

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func run() throws {
    let console = Console(speech)
    let report = try ModelExport(
      model: model, format: format, output: output, foldsBatchNorm: foldBatchNorm
    ).run()
    console.detail("sha-256  \(report.sha256)")
    console.result(ExportText.result(report))
    try console.event("export", report, isResult: true)
    try console.check()
  }
}

extension ExportFormat: ExpressibleByArgument {}
