/// The learning rate of a run over its steps, before it is trained.
public struct ScheduleCurve: Codable, Equatable, Sendable {
  /// A step's values.
  public struct Point: Codable, Equatable, Sendable {
    /// The step, counted from 0.
    public var step: Int
    /// Epochs done before it, with fractions.
    public var epoch: Double
    /// Its learning rate.
    public var learningRate: Double
    /// Its momentum, where the schedule moves it.
    public var momentum: Double?
  }

  /// The schedule's name.
  public var schedule: String
  /// Epochs of the run.
  public var epochs: Int
  /// The time that may end it before; nil for none.
  public var time: TimeBudget?
  /// Steps of an epoch.
  public var stepsPerEpoch: Int
  /// Steps, rising, the first and the last among them: all, or 2,000 of them in even distances.
  public var points: [Point]

  /// Of a plan, as though it had all the time for its epochs, and as though every epoch were better than the one
  /// before.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where the number of epochs depends on the clock.
  init(_ plan: RunPlan) throws(TrainingError) {
    let configuration = plan.configuration
    if let time = configuration.budget.time, configuration.budget.epochs == nil {
      throw .invalidOption(
        name: "time", value: "\(time)",
        reason: "how many epochs it allows shows in training alone; to see the schedule, state epochs as well"
      )
    }
    let stepsPerEpoch = plan.stepsPerEpoch
    let count = configuration.epochs * stepsPerEpoch
    self.init(
      schedule: configuration.schedule.name, epochs: configuration.epochs, time: configuration.budget.time,
      stepsPerEpoch: stepsPerEpoch,
      points: Self.places(of: count).map { number in
        let moment = ScheduleStep(number, of: configuration, stepsPerEpoch: stepsPerEpoch)
        return Point(
          step: number, epoch: Double(number) / Double(stepsPerEpoch),
          learningRate: configuration.learningRate(at: moment, epoch: number / stepsPerEpoch),
          momentum: configuration.schedule.momentum(at: moment))
      })
  }

  init(schedule: String, epochs: Int, time: TimeBudget?, stepsPerEpoch: Int, points: [Point]) {
    self.schedule = schedule
    self.epochs = epochs
    self.time = time
    self.stepsPerEpoch = stepsPerEpoch
    self.points = points
  }

  private static func places(of count: Int) -> [Int] {
    let most = 2000
    return count <= most ? Array(0..<count) : (0..<most).map { $0 * (count - 1) / (most - 1) }
  }
}

extension ScheduleStep {
  /// A step of a run, counted from 0.
  /// - Parameters:
  ///   - totalSteps: those of the run; nil for all of its epochs.
  ///   - plateauFactor: what ``ReduceOnPlateau`` has come to.
  init(
    _ number: Int, of configuration: RunConfiguration, stepsPerEpoch: Int, totalSteps: Double? = nil,
    plateauFactor: Double = 1
  ) {
    self.init(
      step: Double(number), totalSteps: totalSteps ?? Double(configuration.epochs * stepsPerEpoch),
      stepsPerEpoch: Double(stepsPerEpoch),
      warmupSteps: (configuration.warmupEpochs * Double(stepsPerEpoch)).rounded())
    self.plateauFactor = plateauFactor
    if configuration.learningRateInterval == .epoch { self = byEpoch }
  }
}
