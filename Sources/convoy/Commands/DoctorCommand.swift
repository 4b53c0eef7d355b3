import ArgumentParser
import Convoy
import Foundation

/// `convoy doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at every file of a folder of images and say what is wrong.",
    usage: "convoy doctor [<options>] <data>",
    discussion: """
      Reads every image whole and changes none. Finds files that cannot be used (damaged, cut short, empty, of other \
      formats), the same or nearly the same picture twice (in two splits or classes it does harm), classes that do not \
      fit, and what is worth a look; then counts classes, sizes, formats and channels, and measures the mean and \
      deviation that train --measured-normalization uses. What was found out is kept outside the data, so that a doctor \
      who was stopped goes on, and one who comes again reads only what is new.

      Near duplicates are pictures that differ by at most 8 levels of 255 (root mean square of 16x16 areas, red, green \
      and blue), and by at most 15% of their contrast: the same in another size, format or quality.

      The exit status is 65 where training would be harmed.

      EXAMPLE:
        convoy doctor data/flowers
        convoy doctor data/flowers --html report.html --write-manifest clean.csv
        convoy train clean.csv
      """)

  @Argument(help: "The folder of images, or a manifest (.csv, .jsonl).")
  var data: String

  @Option(help: ArgumentHelp("Write the report as a page with pictures of what is wrong.", valueName: "file"))
  var html: String?

  @Option(
    help: ArgumentHelp(
      """
      Write a manifest (CSV) without what is bad: what cannot be read or is of one colour, further copies within a \
      class, pictures in two classes, training images that are in val or test as well, and classes that the training \
      images lack.
      """, valueName: "file"))
  var writeManifest: String?

  @OptionGroup(title: "Data")
  var folders: FolderReadingOptions

  @Flag(help: "Only list the files: classes, their sizes and names. No image is opened.")
  var namesOnly = false

  @Option(
    help: ArgumentHelp(
      "Where to keep what was found out (default: in ~/.cache/convoy/doctor).", valueName: "file"))
  var cache: String?

  @Flag(help: "Keep nothing: read every file anew.")
  var noCache = false

  @Option(
    help: "Files that are looked at at the same time; the report does not depend on it (default: every core)."
  )
  var threads: Int?

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    if cache != nil && noCache { throw ValidationError("--cache and --no-cache exclude each other.") }
    if namesOnly && (html != nil || writeManifest != nil || cache != nil) {
      throw ValidationError("--names-only opens no image, which --html, --write-manifest and --cache need.")
    }
  }

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    var doctor = DatasetDoctor()
    folders.apply(to: &doctor.folders)
    doctor.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    doctor.cache = noCache ? .none : cache.map { .file($0) } ?? .automatic
    doctor.namesOnly = namesOnly
    let clock = WorkClock()
    let result = try doctor.examine(data) { done, total in
      console.progress(clock.line(title: "doctor", done: done, total: total))
    }
    if let problem = result.cacheProblem { console.warning("what was found out is not kept: \(problem)") }
    let report = result.report
    console.result(DoctorText.verdict(report))
    DoctorText.lines(report, all: console.verbose).forEach(console.line)
    if let html {
      try DatasetDoctor.write(result.page, to: html)
      console.note("wrote \(html)")
    }
    if let writeManifest {
      let folder = URL(fileURLWithPath: writeManifest).deletingLastPathComponent().resolvingSymlinksInPath()
        .path
      let manifest = result.cleanManifest(in: folder)
      try DatasetDoctor.write(manifest.text, to: writeManifest)
      console.note("wrote \(writeManifest), without \(Quantity.count(manifest.leftOut, "image"))")
    }
    try console.event("doctor", report, isResult: true)
    try console.check()
    if report.verdict == .harmful { throw SilentEnd(status: .badData) }
  }
}
