import Names
import Yams

/// How the learning rate changes over a run: one of the schedules, as a value.
///
/// In a configuration it is a name, `schedule: cosine`, or a name with parameters,
/// `schedule: {name: step, every: 10, gamma: 0.5}`. Parameters that are times count epochs.
public enum Schedule: Equatable, Sendable {
  /// Stays.
  case constant(Constant)
  /// Falls by a factor every few epochs.
  case step(StepDecay)
  /// Falls by a factor at each of some epochs.
  case multiStep(MultiStepDecay)
  /// Falls by the same factor in every epoch.
  case exponential(Exponential)
  /// Falls along a power of what is left of the run.
  case polynomial(Polynomial)
  /// Falls along a straight line.
  case linear(LinearDecay)
  /// Falls with the square root of the steps.
  case inverseSquareRoot(InverseSquareRoot)
  /// Falls along half a cosine.
  case cosine(Cosine)
  /// Falls along half a cosine, again and again.
  case cosineWarmRestarts(CosineWarmRestarts)
  /// Rises, then falls far below where it began.
  case oneCycle(OneCycle)
  /// Falls by a factor when nothing becomes better.
  case reduceOnPlateau(ReduceOnPlateau)

  /// A schedule's name, the value of its defaults, and how it is read.
  private struct Kind: Sendable {
    let name: String
    let usual: Schedule
    let read: @Sendable (any Decoder) throws -> Schedule
  }

  private static let kinds = [
    Kind(name: Constant.name, usual: .constant(Constant())) { .constant(try Constant(from: $0)) },
    Kind(name: StepDecay.name, usual: .step(StepDecay())) { .step(try StepDecay(from: $0)) },
    Kind(name: MultiStepDecay.name, usual: .multiStep(MultiStepDecay())) {
      .multiStep(try MultiStepDecay(from: $0))
    },
    Kind(name: Exponential.name, usual: .exponential(Exponential())) {
      .exponential(try Exponential(from: $0))
    },
    Kind(name: Polynomial.name, usual: .polynomial(Polynomial())) { .polynomial(try Polynomial(from: $0)) },
    Kind(name: LinearDecay.name, usual: .linear(LinearDecay())) { .linear(try LinearDecay(from: $0)) },
    Kind(name: InverseSquareRoot.name, usual: .inverseSquareRoot(InverseSquareRoot())) {
      .inverseSquareRoot(try InverseSquareRoot(from: $0))
    },
    Kind(name: Cosine.name, usual: .cosine(Cosine())) { .cosine(try Cosine(from: $0)) },
    Kind(name: CosineWarmRestarts.name, usual: .cosineWarmRestarts(CosineWarmRestarts())) {
      .cosineWarmRestarts(try CosineWarmRestarts(from: $0))
    },
    Kind(name: OneCycle.name, usual: .oneCycle(OneCycle())) { .oneCycle(try OneCycle(from: $0)) },
    Kind(name: ReduceOnPlateau.name, usual: .reduceOnPlateau(ReduceOnPlateau())) {
      .reduceOnPlateau(try ReduceOnPlateau(from: $0))
    },
  ]

  /// The names that `init(named:)` knows.
  public static let names = kinds.map(\.name)

  /// The schedule of a name, with its default parameters; nil for other names.
  public init?(named name: String) {
    guard let kind = Self.kinds.first(where: { $0.name == name }) else { return nil }
    self = kind.usual
  }

  /// The schedule that a text states as a configuration would: `cosine`, `{name: step, every: 10}`.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  public init(text: String) throws(TrainingError) {
    do {
      self = try YAMLDecoder().decode(Schedule.self, from: text)
    } catch {
      throw .invalidOption(name: "schedule", value: text, reason: DecodingReason.of(error))
    }
  }

  /// Its name.
  public var name: String { type(of: curve).name }

  /// Its rule.
  public var curve: any LearningRateCurve {
    switch self {
    case .constant(let curve): curve
    case .step(let curve): curve
    case .multiStep(let curve): curve
    case .exponential(let curve): curve
    case .polynomial(let curve): curve
    case .linear(let curve): curve
    case .inverseSquareRoot(let curve): curve
    case .cosine(let curve): curve
    case .cosineWarmRestarts(let curve): curve
    case .oneCycle(let curve): curve
    case .reduceOnPlateau(let curve): curve
    }
  }

  /// The learning rate of a step, for a run whose learning rate, `lr`, is `peak`.
  public func learningRate(peak: Double, at step: ScheduleStep) -> Double {
    peak * curve.factor(at: step)
  }

  /// The momentum of a step, where the schedule moves it; nil where it does not.
  public func momentum(at step: ScheduleStep) -> Double? { curve.momentum(at: step) }
}

/// How often the learning rate follows its schedule.
public enum LearningRateInterval: String, Codable, CaseIterable, Sendable {
  /// With every step.
  case step
  /// With every epoch, whose steps have the rate of the first.
  case epoch
}

extension Schedule: Codable {
  private enum NameKey: String, CodingKey { case name }

  /// Reads a name or a mapping with a `name`. Throws `DecodingError` for unknown names.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    let text = try? single.decode(String.self)
    let name = try text ?? decoder.container(keyedBy: NameKey.self).decode(String.self, forKey: .name)
    guard let kind = Self.kinds.first(where: { $0.name == name }) else {
      throw DecodingError.dataCorruptedError(
        in: single,
        debugDescription: "no schedule \(name); "
          + advice(for: name, among: Schedule.names, plural: "the schedules"))
    }
    self = text == nil ? try kind.read(decoder) : kind.usual
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
