/// A trial as a search's results tell it.
public struct TrialReport: Encodable, Equatable, Sendable {
  /// How far it has come.
  public enum Status: String, Codable, Sendable {
    /// It was trained for all of its epochs.
    case complete
    /// Others were better, so that it was not trained further.
    case halted
    /// The search ended while it was trained.
    case unfinished
    /// It could not be trained.
    case failed
  }

  /// Its place among all trials, from 1.
  public var rank: Int
  /// Its number, from 1 in the order in which trials began; 0 is that of the options without the space.
  public var trial: Int
  /// How far it has come.
  public var status: Status
  /// Its last score; nil where it has none.
  public var score: TrialScore?
  /// Why it failed; nil where it did not.
  public var failure: String?
  /// Wall seconds that it took.
  public var seconds: Double
  /// Its run folder, or that of its folds.
  public var folder: String
  /// The values of what is searched, in the space's order; nil for what is not searched in it.
  public var values: [Value]

  /// An option that is searched, with its value in a trial.
  public struct Value: Encodable, Equatable, Sendable {
    /// The option's name.
    public var option: String
    /// Its value; nil where it is not searched in the trial.
    public var value: OptionValue?
  }
}

extension SearchRecord {
  /// All trials, the best first: by how far they were trained, then by accuracy, loss and number; those without a
  /// score after those with one, and failed ones last.
  func ranking(of space: SearchSpace, folder: String) -> [TrialReport] {
    let numbers = Set(entries.map(\.trial)).sorted()
    let trials = numbers.map { number in Summary(number, entries.filter { $0.trial == number }) }
    return trials.sorted(by: Summary.precedes).enumerated().map { place, trial in
      let values = zip(space.parameters, trial.point + space.parameters.map { _ in nil }).map {
        parameter, value in
        TrialReport.Value(option: parameter.key, value: value.map(parameter.optionValue))
      }
      return TrialReport(
        rank: place + 1, trial: trial.number, status: trial.status, score: trial.score,
        failure: trial.failure,
        seconds: trial.seconds, folder: RunTrainer.folder(of: trial.number, in: folder), values: values)
    }
  }

  /// What the entries of one trial come to.
  private struct Summary {
    let number: Int
    let point: SearchPoint
    let score: TrialScore?
    let failure: String?
    let isWhole: Bool
    let rungs: Int
    let isUnderWay: Bool
    let seconds: Double

    init(_ number: Int, _ entries: [Entry]) {
      self.number = number
      let done = entries.filter { !$0.isStopped }
      point = entries.first?.point ?? []
      score = done.last { $0.score != nil }?.score
      failure = done.last?.failure
      isWhole = done.last?.isWhole ?? false
      rungs = done.filter { $0.score != nil }.count
      isUnderWay = entries.last?.isStopped ?? false
      seconds = entries.reduce(0) { $0 + $1.seconds }
    }

    var status: TrialReport.Status {
      failure != nil ? .failed : isUnderWay ? .unfinished : isWhole ? .complete : .halted
    }

    static func precedes(_ a: Summary, _ b: Summary) -> Bool {
      if (a.failure == nil) != (b.failure == nil) { return a.failure == nil }
      guard let first = a.score, let second = b.score else {
        return (a.score != nil ? 0 : 1, a.number) < (b.score != nil ? 0 : 1, b.number)
      }
      let (aReach, bReach) = (a.isWhole ? Int.max : a.rungs, b.isWhole ? Int.max : b.rungs)
      if aReach != bReach { return aReach > bReach }
      return TrialScore.precedes(first, a.number, second, b.number)
    }
  }
}
