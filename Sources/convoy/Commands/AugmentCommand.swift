import ArgumentParser
import Convoy

/// `convoy augment`.
struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Write augmented copies of a folder of images.",
    usage: """
      convoy augment [<options>] <input> <output>
      convoy augment [<options>] <input> --preview <file>
      """,
    discussion: """
      The output has the folders of the input, and for each image copies named after it: cat/a.jpg becomes \
      cat/a-1.png, cat/a-2.png and on. Which pixels they have depends on the image, the recipe, the seed, the image's \
      path and the number of the copy; never on threads or on the other images. manifest.jsonl in the output says of \
      each file what it was made of and how. The same command goes on where it was interrupted, and makes what is \
      missing. Nothing that it did not make is overwritten without --overwrite. An image that cannot be read is named \
      and left out.

      EXAMPLE:
        convoy augment data/flowers out/flowers --recipe strong --size 224 --copies 3
        convoy augment data/flowers out/whole --recipe recipe.yaml --balance 500 --only-split train --keep-originals
        convoy augment data/flowers out/again --replay out/flowers/manifest.jsonl
        convoy augment data/flowers out/flowers --verify
        convoy augment data/flowers --recipe strong --preview sheet.png --preview sheet.html
        convoy augment photo.jpg --operations --preview operations.png
      """)

  @Argument(help: "The folder of images: with splits, with a folder for each class, or of images alone.")
  var input: String

  @Argument(help: "The folder to write; not with --preview.")
  var output: String?

  @OptionGroup(title: "What is made")
  var making: AugmentOptions

  @Option(help: "Make the files of a manifest again, byte for byte, without the recipe.")
  var replay: String?

  @Flag(
    help: """
      Check the output against its manifest and make every file again in memory; write nothing. The exit status is 1 \
      where something differs.
      """)
  var verify = false

  @Flag(help: "Replace files that are in the way.")
  var overwrite = false

  @OptionGroup(title: "Preview")
  var preview: AugmentPreviewOptions

  @Option(help: "Images to work on at the same time, 1 or more (default: the number of cores).")
  var threads: Int?

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  /// What the command is to do.
  private enum Mode {
    case make, replay(String), verify, preview

    /// The flag that asks for it.
    var flag: String {
      switch self {
      case .make: "--recipe"
      case .replay: "--replay"
      case .verify: "--verify"
      case .preview: "--preview"
      }
    }
  }

  private var mode: Mode {
    if !preview.preview.isEmpty { return .preview }
    if verify { return .verify }
    return replay.map { .replay($0) } ?? .make
  }

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads is \(threads); it must be at least 1.")
    }
    if let idle = idleOption { throw ValidationError("\(idle) has no part in \(mode.flag); leave it out.") }
    if case .preview = mode {
    } else if output == nil {
      throw ValidationError("The folder to write is needed.")
    }
    switch mode {
    case .make,
      .preview where preview.sweeps.isEmpty:
      if making.recipe == nil {
        let names = RecipeOption.names.joined(separator: ", ")
        throw ValidationError("--recipe is needed: a file, or a built-in recipe (\(names)).")
      }
    default: break
    }
  }

  /// An option that was given and would change nothing.
  private var idleOption: String? {
    switch mode {
    case .make: return nil
    case .replay: return making.firstGiven()
    case .verify:
      return making.firstGiven() ?? (replay != nil ? "--replay" : overwrite ? "--overwrite" : nil)
    case .preview:
      let used = ["--copies", "--seed"] + (preview.sweeps.isEmpty ? ["--recipe", "--size"] : [])
      let others = [
        ("the folder to write", output != nil), ("--verify", verify), ("--replay", replay != nil),
        ("--overwrite", overwrite), ("--threads", threads != nil),
      ]
      return making.firstGiven(except: used) ?? others.first { $0.1 }?.0
    }
  }

  func run() throws {
    let console = Console(speech)
    if case .preview = mode {
      let report = try preview.write(input: input, making)
      console.result("wrote \(report.files.joined(separator: " and "))")
      try console.event("preview", report, isResult: true)
      return try console.check()
    }
    let stop = StopRequest()
    let signals = StopSignals(
      for: console, saying: "stopping after the images under way; once more to quit at once"
    ) { stop.request() }
    defer { console.clearProgress() }
    let output = output ?? ""
    if case .verify = mode { return try runVerification(of: output, console, stop, signals) }
    let reporter = AugmentReporter(console: console, title: replay == nil ? "augment" : "replay")
    let report: AugmentationReport
    if let replay {
      var work = FolderReplay(manifest: replay, input: input, output: output)
      work.overwrites = overwrite
      work.threads = threads ?? work.threads
      report = try work.run(stop: stop, observer: reporter.observer)
    } else {
      var work = FolderAugmentation(input: input, output: output, recipe: try making.chosenRecipe())
      making.apply(to: &work)
      work.overwrites = overwrite
      work.threads = threads ?? work.threads
      report = try work.run(stop: stop, observer: reporter.observer)
    }
    try reporter.finish(report)
    if report.isStopped, let status = signals.status { throw SilentEnd(status: status) }
  }

  private func runVerification(
    of output: String, _ console: Console, _ stop: StopRequest, _ signals: StopSignals
  ) throws {
    var check = FolderVerification(input: input, output: output)
    check.threads = threads ?? check.threads
    let clock = WorkClock()
    let result = try check.run(stop: stop) { done, total in
      console.progress(clock.line(title: "verify", done: done, total: total))
    }
    console.clearProgress()
    result.differences.forEach(console.problem)
    if !result.isStopped {
      let files = Quantity.count(result.files, "file")
      console.result(
        result.differences.isEmpty
          ? "verified: \(files), each as the manifest says"
          : "\(Quantity.count(result.differences.count, "difference")) in \(files)")
    }
    try console.event("verified", result, isResult: true)
    try console.check()
    if result.isStopped, let status = signals.status { throw SilentEnd(status: status) }
    if !result.differences.isEmpty { throw SilentEnd(status: .different) }
  }
}
