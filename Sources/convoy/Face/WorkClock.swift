/// Turns counts of images done into progress, for work that is a single pass.
struct WorkClock: Sendable {
  private let start = ContinuousClock.now

  /// The progress after `done` of `total` images.
  func line(title: String, done: Int, total: Int) -> ProgressLine {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rate = seconds > 0 ? Double(done) / seconds : 0
    return ProgressLine(
      title: title, step: done, steps: total, imagesPerSecond: rate,
      secondsLeft: rate > 0 ? Double(total - done) / rate : nil)
  }
}
