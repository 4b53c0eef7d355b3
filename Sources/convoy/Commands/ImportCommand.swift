import ArgumentParser
import Convoy

/// `convoy import`.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn a data set's own files into a folder of images.",
    usage: "convoy import [<options>] <source> <output>",
    discussion: """
      Reads IDX files, gzipped or not (MNIST, Fashion-MNIST, KMNIST, EMNIST), and the binary files of \
      CIFAR-10 and CIFAR-100 (the 100 fine classes). Writes OUTPUT/train/CLASS/00001.png and on, and \
      OUTPUT/test likewise.

      EXAMPLE:
        convoy import /usr/share/datasets/fashion-mnist data/fashion-mnist
        convoy import downloads/cifar-10-batches-bin data/cifar-10
      """)

  @Argument(help: "The folder with the data set's files.")
  var source: String

  @Argument(help: "The folder to write: a new or an empty one.")
  var output: String

  @Option(
    help: """
      The names of the classes, separated by commas, in the order of their labels (default: the data set's \
      own names where they are known, else numbers).
      """,
    transform: { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) })
  var classNames: [String]?

  @Option(help: "Images to write at the same time, 1 or more (default: the number of cores).")
  var threads: Int?

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads); it must be at least 1.") }
  }

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    let clock = WorkClock()
    let report = try DatasetImport.run(
      source: try ImportSource.detect(in: source), output: output, classNames: classNames,
      threads: threads ?? DatasetImport.defaultThreads
    ) { done, total in
      console.progress(clock.line(title: "import", done: done, total: total))
    }
    let counts = report.splits.map { "\(Quantity.count($0.images, "\($0.name) image"))" }
    console.result(
      "imported \(counts.joined(separator: " and ")) of "
        + "\(Quantity.count(report.classNames.count, "class", plural: "classes")) into \(report.output)")
    try console.event("imported", report, isResult: true)
    try console.check()
  }
}
