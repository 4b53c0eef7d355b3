/// How far a piece of work is, and its rendering as one line that fits a terminal.
struct ProgressLine: Sendable, Equatable {
  /// What is under way: `epoch 3/20`, `evaluate`.
  var title: String
  /// Steps done and to do within the epoch.
  var step: Int
  var steps: Int
  /// Whole work, images a second.
  var imagesPerSecond: Double
  /// Means over the epoch so far; nil before the first batch.
  var loss: Double?
  var accuracy: Double?
  /// For the whole run; nil while nobody can tell.
  var secondsLeft: Double?
  /// What else may end the work: `or at 93.0% accuracy`.
  var limits: String?
}

extension ProgressLine {
  private static let shortestBar = 8
  private static let longestBar = 30

  /// The line for a terminal of `width` columns, at most `width - 1` characters long because a full last
  /// column wraps on some terminals. What does not fit goes in the order of what is missed least: the
  /// bar, the other limits, the step, the rate, the accuracy, the loss, the time left.
  func rendered(width: Int, colour: Bool = false) -> String {
    let room = max(0, width - 1)
    var fields = Self.order.compactMap { field in text(of: field).map { (field, $0) } }
    func length() -> Int { fields.reduce(0) { $0 + $1.1.count } + 2 * max(0, fields.count - 1) }

    let bar = min(Self.longestBar, room - length() - 4)  // two spaces and two brackets
    if bar >= Self.shortestBar, let first = fields.first {
      let rest = fields.dropFirst().map(\.1)
      return ([first.1, barText(length: bar, colour: colour)] + rest).joined(separator: "  ")
    }
    for field in Self.dropped where length() > room {
      fields.removeAll { $0.0 == field }
    }
    return String(fields.map(\.1).joined(separator: "  ").prefix(room))
  }

  /// The same facts for a log: no bar, everything named.
  var plain: String { Self.order.compactMap(text(of:)).joined(separator: "  ") }

  private enum Field { case title, step, rate, loss, accuracy, left, limits }
  private static let order: [Field] = [.title, .step, .rate, .loss, .accuracy, .left, .limits]
  private static let dropped: [Field] = [.limits, .step, .rate, .accuracy, .loss, .left]

  private func text(of field: Field) -> String? {
    switch field {
    case .title: title
    case .step: "\(step)/\(steps)"
    case .rate: imagesPerSecond > 0 ? "\(Quantity.rate(imagesPerSecond)) images/s" : nil
    case .loss: loss.map { "loss \(Quantity.loss($0))" }
    case .accuracy: accuracy.map { "accuracy \(Quantity.percent($0))" }
    case .left: secondsLeft.map { "\(Quantity.duration(seconds: $0)) left" }
    case .limits: limits
    }
  }

  private func barText(length: Int, colour: Bool) -> String {
    let done = steps > 0 ? min(length, length * step / steps) : 0
    let head = done < length ? ">" : ""
    let filled = String(repeating: "=", count: done) + head
    let empty = String(repeating: " ", count: length - done - head.count)
    return "[" + (colour ? Escape.green(filled) : filled) + empty + "]"
  }
}
