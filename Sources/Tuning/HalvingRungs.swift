import Foundation

/// The rungs of successive halving: after how many epochs trials are compared, and how many go on.
///
/// The last rung is the whole run; each before it has `1 / eta` of the next one's epochs.
public struct HalvingRungs: Hashable, Sendable {
  /// Epochs at each rung, rising; the last is the whole run.
  public let epochs: [Int]
  /// Of this many trials one goes on.
  public let eta: Int

  /// As many rungs as the epochs and the trials give: one of the trials goes all the way.
  /// - Parameters:
  ///   - epochs: of a whole run.
  ///   - least: the epochs of the first rung at least.
  ///   - trials: how many begin; nil is without end.
  public init(epochs: Int, least: Int = 1, eta: Int = 3, trials: Int? = nil) {
    precondition(epochs >= 1 && least >= 1 && eta >= 2, "rungs need epochs, and a part that goes on")
    var rungs = [epochs]
    var (part, started) = (Double(epochs), 1)
    while true {
      part /= Double(eta)
      started *= eta
      let rung = Int(part.rounded())
      if rung < least || rung >= rungs[0] || started > trials ?? .max { break }
      rungs.insert(rung, at: 0)
    }
    self.epochs = rungs
    self.eta = eta
  }

  /// The rungs' count.
  var count: Int { epochs.count }

  /// The epochs to train to at a rung; nil where that is the whole run.
  func target(_ rung: Int) -> Int? { rung == epochs.count - 1 ? nil : epochs[rung] }
}

extension SearchHistory {
  /// The trials that came to a rung, the best first. Failed ones are not among them.
  func ranked(at rung: Int) -> [Int] {
    trials.indices.filter { trials[$0].scores.count > rung }
      .sorted { TrialScore.precedes(trials[$0].scores[rung], $0, trials[$1].scores[rung], $1) }
  }
}
