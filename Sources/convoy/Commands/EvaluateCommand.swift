import ArgumentParser
import Convoy

/// `convoy evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score a model, or several and their ensemble, on a folder of images.",
    usage: "convoy evaluate [<options>] <model> ... <data>",
    discussion: """
      Prints top-1 and top-5 accuracy, the loss, precision, recall and F1 of each class, and the confusion \
      matrix. Each image is scored exactly once. Of several models every one is scored, and then what they say \
      together (--ensemble); they may be different networks of different input sizes, with the same classes. \
      Where models vote, the loss is that of the shares of votes: infinite where a true class has none.

      EXAMPLE:
        convoy evaluate runs/sample/best.safetensors data/fashion-sample/test
        convoy evaluate runs/a/best.safetensors runs/b/best.safetensors data/fashion-sample
        convoy evaluate runs/sample/snapshot-*.safetensors data/fashion-sample --tta flip
      """)

  @Argument(
    help: """
      One model file that convoy train wrote, or several, and last a folder with a folder of images for each \
      class, or one with such folders in test/ or val/.
      """)
  var paths: [String] = []

  @OptionGroup(title: "Data")
  var folders: FolderReadingOptions

  @OptionGroup(title: "Scoring")
  var scoring: ScoringOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if paths.count < 2 { throw ValidationError("A model file and a folder of images are needed.") }
    try scoring.check(models: paths.count - 1)
  }

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    let (models, data) = (Array(paths.dropLast()), paths[paths.count - 1])
    if models.count == 1 {
      try evaluate(models[0], on: data, console)
    } else {
      try evaluate(models, on: data, console)
    }
    try console.check()
  }

  private var options: InferenceOptions {
    var options = scoring.options
    folders.apply(to: &options.folders)
    return options
  }

  private func evaluate(_ model: String, on data: String, _ console: Console) throws {
    let clock = WorkClock()
    let report = try Evaluator(model: model, options: options).evaluate(data: data) { done, total in
      console.progress(clock.line(title: "evaluate", done: done, total: total))
    }
    for image in report.badImages { console.warning("left out: \(image)") }
    EvaluationText.lines(report).forEach(console.line)
    console.result(EvaluationText.result(report))
    try console.event("evaluation", report, isResult: true)
  }

  private func evaluate(_ models: [String], on data: String, _ console: Console) throws {
    let clock = WorkClock()
    let evaluator = try EnsembleEvaluator(
      models: models, rule: scoring.ensemble ?? .mean, options: options)
    let report = try evaluator.evaluate(data: data) { done, total in
      console.progress(clock.line(title: "evaluate", done: done, total: total))
    }
    for image in report.ensemble.badImages { console.warning("left out: \(image)") }
    EvaluationText.lines(report).forEach(console.line)
    console.result(EvaluationText.result(report.ensemble))
    for member in report.members { try console.event("evaluation", member, isResult: true) }
    try console.event("evaluation", report.ensemble, isResult: true)
  }
}
