/// How the learning rate changes over a run: one of the schedules, as a value.
///
/// In a configuration it is a name, `schedule: cosine`, or a name with parameters,
/// `schedule: {name: step, every: 10, gamma: 0.5}`.
public enum Schedule: Equatable, Sendable {
  /// Rises, then falls far below where it began.
  case oneCycle(OneCycle)
  /// Falls along half a cosine.
  case cosine(Cosine)
  /// Falls by a factor every few epochs.
  case step(StepDecay)
  /// Stays.
  case constant(Constant)

  /// The names that `init(named:)` knows.
  public static let names = [OneCycle.name, Cosine.name, StepDecay.name, Constant.name]

  /// The schedule of a name, with its default parameters; nil for other names.
  public init?(named name: String) {
    switch name {
    case OneCycle.name: self = .oneCycle(OneCycle())
    case Cosine.name: self = .cosine(Cosine())
    case StepDecay.name: self = .step(StepDecay())
    case Constant.name: self = .constant(Constant())
    default: return nil
    }
  }

  /// Its name.
  public var name: String { type(of: curve).name }

  /// Its rule.
  public var curve: any LearningRateCurve {
    switch self {
    case .oneCycle(let curve): curve
    case .cosine(let curve): curve
    case .step(let curve): curve
    case .constant(let curve): curve
    }
  }

  /// The learning rate of a step, for a run whose learning rate, `lr`, is `peak`.
  public func learningRate(peak: Double, at step: ScheduleStep) -> Double {
    peak * curve.factor(at: step)
  }

  /// The momentum of a step, where the schedule moves it; nil where it does not.
  public func momentum(at step: ScheduleStep) -> Double? { curve.momentum(at: step) }
}

extension Schedule: Codable {
  private enum NameKey: String, CodingKey { case name }

  /// Reads a name or a mapping with a `name`. Throws `DecodingError` for unknown names.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    let name =
      if let text = try? single.decode(String.self) { text } else {
        try decoder.container(keyedBy: NameKey.self).decode(String.self, forKey: .name)
      }
    guard let plain = Schedule(named: name) else {
      throw DecodingError.dataCorruptedError(
        in: single,
        debugDescription: "no schedule \(name); there are \(Schedule.names.joined(separator: ", "))")
    }
    if (try? single.decode(String.self)) != nil {
      self = plain
      return
    }
    switch plain {
    case .oneCycle: self = .oneCycle(try OneCycle(from: decoder))
    case .cosine: self = .cosine(try Cosine(from: decoder))
    case .step: self = .step(try StepDecay(from: decoder))
    case .constant: self = .constant(try Constant(from: decoder))
    }
  }

  /// Writes the name alone where the parameters are the defaults, else a mapping.
  public func encode(to encoder: any Encoder) throws {
    if self == Schedule(named: name) {
      var single = encoder.singleValueContainer()
      try single.encode(name)
    } else {
      try curve.encode(to: encoder)
      var keyed = encoder.container(keyedBy: NameKey.self)
      try keyed.encode(name, forKey: .name)
    }
  }
}
