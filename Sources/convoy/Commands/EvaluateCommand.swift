import ArgumentParser
import Convoy

/// `convoy evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score a model on a folder of images.",
    usage: "convoy evaluate [<options>] <model> <data>",
    discussion: """
      Prints top-1 and top-5 accuracy, the loss, precision, recall and F1 of each class, and the confusion \
      matrix. Each image is scored exactly once.

      EXAMPLE:
        convoy evaluate runs/sample/best.safetensors data/fashion-sample/test
      """)

  @Argument(help: "A model file that convoy train wrote.")
  var model: String

  @Argument(
    help: "A folder with a folder of images for each class, or one with such folders in test/ or val/.")
  var data: String

  @OptionGroup(title: "Scoring")
  var scoring: ScoringOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    let clock = WorkClock()
    let report = try Evaluator(model: model, options: scoring.options).evaluate(data: data) { done, total in
      console.progress(clock.line(title: "evaluate", done: done, total: total))
    }
    for image in report.badImages { console.warning("left out: \(image)") }
    EvaluationText.lines(report).forEach(console.line)
    console.result(EvaluationText.result(report))
    try console.event("evaluation", report, isResult: true)
    try console.check()
  }
}
