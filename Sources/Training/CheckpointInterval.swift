/// How often a run saves a checkpoint: every so many steps, seconds or epochs.
///
/// As text, in options and configurations: `200steps`, `30s`, `5m`, `1h`, `1epoch`.
public enum CheckpointInterval: Equatable, Sendable {
  /// After so many steps, counted from the run's beginning; at least 1.
  case steps(Int)
  /// After the first step that ends so many seconds after the last checkpoint; at least 1.
  case seconds(Int)
  /// After so many epochs, counted from the run's beginning; at least 1.
  case epochs(Int)

  /// What the texts look like, for messages.
  public static let forms = "steps (200steps), a time (30s, 5m, 1h) or epochs (1epoch)"

  /// The interval that a text states; nil where it states none.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), count > 0 else { return nil }
    func seconds(_ unit: Int) -> Self? {
      let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
      return overflow ? nil : .seconds(seconds)
    }
    let interval: Self? =
      switch text.dropFirst(digits.count) {
      case "step", "steps": .steps(count)
      case "epoch", "epochs": .epochs(count)
      case "s": seconds(1)
      case "m": seconds(60)
      case "h": seconds(3600)
      default: nil
      }
    guard let interval else { return nil }
    self = interval
  }

  /// Whether a checkpoint is due.
  /// - Parameters:
  ///   - step: steps done since the run's beginning.
  ///   - epoch: epochs done since the run's beginning, where one has just ended; nil within an epoch.
  ///   - seconds: since the last checkpoint.
  func isDue(step: Int, epoch: Int?, seconds: Double) -> Bool {
    switch self {
    case .steps(let count): step.isMultiple(of: count)
    case .seconds(let count): seconds >= Double(count)
    case .epochs(let count): epoch?.isMultiple(of: count) ?? false
    }
  }
}

extension CheckpointInterval: CustomStringConvertible {
  /// The text in its shortest form: `1h` and not `60m`.
  public var description: String {
    switch self {
    case .steps(let count): "\(count)step\(count == 1 ? "" : "s")"
    case .epochs(let count): "\(count)epoch\(count == 1 ? "" : "s")"
    case .seconds(let count):
      count.isMultiple(of: 3600)
        ? "\(count / 3600)h" : count.isMultiple(of: 60) ? "\(count / 60)m" : "\(count)s"
    }
  }
}

extension CheckpointInterval: TextCodable {}
