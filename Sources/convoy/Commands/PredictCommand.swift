import ArgumentParser
import Convoy

/// `convoy predict`.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Say which classes images most probably have.",
    usage: "convoy predict [<options>] <model> <images> ...",
    discussion: """
      Prints a line for each image: its path, the most probable class with its probability, and the \
      runners-up. An image that cannot be read is named on standard error, and the exit status is then 65.

      EXAMPLE:
        convoy predict runs/sample/best.safetensors photo.jpg
        convoy predict runs/sample/best.safetensors photos/ --csv > classes.csv
      """)

  @Argument(help: "A model file that convoy train wrote.")
  var model: String

  @Argument(help: "Images, and folders of which every image at any depth is taken.")
  var images: [String]

  @Option(help: "Classes to print for each image, the most probable first, 1 or more.")
  var top = 3

  @Flag(help: "Print comma-separated values: path, class_1, probability_1, class_2, …")
  var csv = false

  @OptionGroup(title: "Scoring")
  var scoring: ScoringOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if top < 1 { throw ValidationError("--top is \(top); it must be at least 1.") }
    if csv && speech.json { throw ValidationError("--csv and --json exclude each other; give one of them.") }
  }

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    let clock = WorkClock()
    let report = try Predictor(model: model, options: scoring.options).predict(paths: images) { done, total in
      console.progress(clock.line(title: "predict", done: done, total: total))
    }
    for image in report.badImages { console.problem("\(image)") }
    try tell(report.predictions, on: console)
    try console.check()
    if !report.badImages.isEmpty { throw SilentEnd(status: .badData) }
  }

  private func tell(_ predictions: [Prediction], on console: Console) throws {
    if speech.json {
      for var prediction in predictions {
        prediction.classes = Array(prediction.classes.prefix(top))
        try console.event("prediction", prediction, isResult: true)
      }
    } else {
      let lines =
        csv
        ? PredictionText.csv(predictions, top: top) : PredictionText.lines(predictions, top: top)
      lines.forEach(console.result)
    }
  }
}
