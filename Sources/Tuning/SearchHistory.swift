/// What a strategy may see of a search: its trials so far, in the order of their numbers.
public struct SearchHistory: Equatable, Sendable {
  /// A trial and how it did.
  public struct Trial: Equatable, Sendable {
    /// The values of the parameters.
    public let point: SearchPoint
    /// Its score at each rung that it has come to, from rung 0; without rungs there is one.
    public internal(set) var scores: [TrialScore] = []
    /// Why it cannot go on; nil where it can, or is done.
    public internal(set) var failure: String?

    /// A trial of its values.
    public init(point: SearchPoint, scores: [TrialScore] = [], failure: String? = nil) {
      self.point = point
      self.scores = scores
      self.failure = failure
    }
  }

  /// The trials; a trial's number is its place here.
  public internal(set) var trials: [Trial] = []

  /// A search that has not begun.
  public init() {}
}

/// What a strategy wants done next: a trial begun, or gone on with.
public struct SearchMove: Equatable, Sendable {
  /// The trial's number, from 0; a new one has the next number.
  public var trial: Int
  /// The values of its parameters.
  public var point: SearchPoint
  /// The rung that it is trained to, from 0.
  public var rung = 0
  /// The epochs that it is then trained for; nil is all of them.
  public var epochs: Int?
}

/// Decides what a search does next.
///
/// What it says follows from the history alone, so that a search that was interrupted goes on as it would have.
public protocol SearchStrategy: Sendable {
  /// What to do next; nil where the search is over.
  func next(after history: SearchHistory) -> SearchMove?
}
