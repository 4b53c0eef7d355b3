import Convoy

/// Says how far `convoy augment` is and what came of it.
struct AugmentReporter {
  let console: Console
  let title: String
  private let clock = WorkClock()

  init(console: Console, title: String) {
    self.console = console
    self.title = title
  }

  /// What the work tells.
  var observer: AugmentationObserver {
    AugmentationObserver(
      progress: { [console, clock, title] done, total in
        console.progress(clock.line(title: title, done: done, total: total))
      },
      skipped: { [console] image in
        console.warning("left out: \(image.reason)")
      },
      warning: { [console] text in console.warning(text) })
  }

  /// The end of the work.
  func finish(_ report: AugmentationReport) throws {
    console.clearProgress()
    var parts = ["\(Quantity.count(report.made, "file")) made"]
    if report.kept > 0 { parts.append("\(Quantity.grouped(report.kept)) there already") }
    if !report.skipped.isEmpty {
      parts.append("\(Quantity.count(report.skipped.count, "image")) could not be read and left out")
    }
    if report.isStopped {
      console.result("stopped: \(parts.joined(separator: ", ")); the same command goes on from here")
    } else {
      console.result(
        "\(report.output): \(parts.joined(separator: ", ")), of \(Quantity.count(report.images, "image"))")
      if let digest = report.manifestSHA256 { console.line("SHA-256 of the manifest: \(digest)") }
    }
    try console.event("augmented", report, isResult: true)
    try console.check()
  }
}
