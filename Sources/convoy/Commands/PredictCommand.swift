import ArgumentParser
import Convoy

/// `convoy predict`.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Say which classes images most probably have.",
    usage: "convoy predict [<options>] <model> ... <images> ...",
    discussion: """
      Prints a line for each image: its path, the most probable class with its probability, and the \
      runners-up. An image that cannot be read is named on standard error, and the exit status is then 65. \
      Several models answer together (--ensemble), and what each of them says follows below; they may be different \
      networks of different input sizes, with the same classes.

      EXAMPLE:
        convoy predict runs/sample/best.safetensors photo.jpg
        convoy predict runs/sample/best.safetensors photos/ --csv > classes.csv
        convoy predict runs/a/best.safetensors runs/b/best.safetensors photo.jpg
      """)

  @Argument(help: "A model file that convoy train wrote.")
  var model: String

  @Argument(
    help: """
      Images, and folders of which every image at any depth is taken. What ends in .safetensors among them is \
      another model.
      """)
  var images: [String]

  /// The model files: the first path, and every other one with their ending.
  private var models: [String] { [model] + images.filter(Self.isModel) }

  private static func isModel(_ path: String) -> Bool { path.hasSuffix(".safetensors") }

  @Option(help: "Classes to print for each image, the most probable first, 1 or more.")
  var top = 3

  @Flag(
    help: """
      Print comma-separated values: path, class_1, probability_1, class_2, …; with several models also the first \
      class of each: member_1_class, member_1_probability, …
      """)
  var csv = false

  @OptionGroup(title: "Scoring")
  var scoring: ScoringOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if top < 1 { throw ValidationError("--top is \(top); it must be at least 1.") }
    if images.allSatisfy(Self.isModel) {
      throw ValidationError("Images to predict are needed, after the models.")
    }
    try scoring.check(models: models.count)
    if csv && speech.json { throw ValidationError("--csv and --json exclude each other; give one of them.") }
  }

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    let clock = WorkClock()
    let (models, options) = (models, scoring.options)
    let predictor =
      models.count == 1
      ? Predictor(model: model, options: options)
      : try Predictor(models: models, rule: scoring.ensemble ?? .mean, options: options)
    let report = try predictor.predict(paths: images.filter { !Self.isModel($0) }) { done, total in
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
        prediction.keep(top)
        try console.event("prediction", prediction, isResult: true)
      }
    } else {
      let lines =
        csv
        ? PredictionText.csv(predictions, top: top)
        : PredictionText.lines(predictions, top: top, withMembers: !speech.quiet)
      lines.forEach(console.result)
    }
  }
}

extension Prediction {
  /// Forgets all but the first classes.
  fileprivate mutating func keep(_ count: Int) {
    classes = Array(classes.prefix(count))
    members = members?.map { Member(model: $0.model, classes: Array($0.classes.prefix(count))) }
  }
}
