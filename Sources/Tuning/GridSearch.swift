/// Every combination of the choices and of the values of ranges that have steps, the last parameter's the fastest.
public struct GridSearch: SearchStrategy {
  private let space: SearchSpace
  private let values: [[ParameterValue]]
  private let trials: Int?

  /// A grid over a space.
  ///
  /// Throws ``TuningError/space(path:line:reason:)`` for a range without steps.
  /// - Parameter trials: how many combinations are tried at most; nil is all.
  public init(_ space: SearchSpace, trials: Int? = nil) throws(TuningError) {
    var values: [[ParameterValue]] = []
    for parameter in space.parameters {
      switch parameter.domain {
      case .choice(let choices): values.append(choices.indices.map { .choice($0) })
      case .range(let range):
        guard let numbers = range.gridValues else {
          throw .space(
            path: space.path, line: parameter.line,
            reason: "\(parameter.key): a grid needs single values; add points: 5 to the range"
              + (range.scale == .linear ? ", or a step" : ""))
        }
        values.append(numbers.map { .number($0) })
      }
    }
    self.space = space
    self.values = values
    self.trials = trials
  }

  /// How many combinations there are, where conditions do not rule some out; nil where they cannot be counted.
  public var count: Int? {
    var count = 1
    for options in values {
      let (product, overflow) = count.multipliedReportingOverflow(by: options.count)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// The next combination.
  public func next(after history: SearchHistory) -> SearchMove? {
    let number = history.trials.count
    if let trials, number >= trials { return nil }
    var indices = values.map { _ in 0 }
    if let last = history.trials.last {
      // Where a parameter is not searched, its first value stands for all.
      indices = zip(values, last.point).map { options, value in value.flatMap(options.firstIndex) ?? 0 }
      guard advance(&indices) else { return nil }
    }
    return SearchMove(trial: number, point: space.point { values[$0][indices[$0]] })
  }

  /// Goes on to the next combination that differs in what is searched; false past the last.
  private func advance(_ indices: inout [Int]) -> Bool {
    var place = values.count - 1
    while place >= 0 {
      let point = space.point { values[$0][indices[$0]] }
      if point[place] != nil, indices[place] + 1 < values[place].count {
        indices[place] += 1
        return true
      }
      indices[place] = 0
      place -= 1
    }
    return false
  }
}
