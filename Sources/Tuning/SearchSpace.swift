import Training

/// What a search may change, and how: options of `train` with the values that they may take.
///
/// In a file, YAML or JSON, each key is an option's name, with dots for keys within it (`schedule.gamma`):
///
///     lr: {log-uniform: [1e-3, 1]}
///     momentum: {uniform: [0.8, 0.99], when: {optimizer: sgd}}
///     batch-size: {integer: [16, 128], log: true}
///     optimizer: [sgd, lamb]           # a list is a choice
///     epochs: 10                       # a plain value is fixed
public struct SearchSpace: Sendable {
  /// What is searched, in the file's order.
  public let parameters: [SearchParameter]
  /// What is the same in all trials, in the file's order.
  public let fixed: [FixedOption]
  /// The file's path, for messages.
  public let path: String

  /// A space of its parts.
  public init(parameters: [SearchParameter], fixed: [FixedOption] = [], path: String = "space") {
    self.parameters = parameters
    self.fixed = fixed
    self.path = path
  }
}

/// An option that is searched.
public struct SearchParameter: Hashable, Sendable {
  /// The values that it may take.
  public enum Domain: Hashable, Sendable {
    /// Any number of a range.
    case range(NumericRange)
    /// One of these.
    case choice([OptionValue])
  }

  /// A condition: another option, stated before, has one of these values.
  public struct Condition: Hashable, Sendable {
    /// The other option.
    public var key: String
    /// The values of which it has one.
    public var values: [OptionValue]
  }

  /// The option's name, with dots for keys within it.
  public let key: String
  /// The values that it may take.
  public let domain: Domain
  /// When it is searched at all: all of these hold. Else the option stays as it is without the search.
  public let conditions: [Condition]
  /// Where the file states it, from 1.
  public let line: Int

  /// A parameter of its parts.
  public init(key: String, domain: Domain, conditions: [Condition] = [], line: Int = 1) {
    self.key = key
    self.domain = domain
    self.conditions = conditions
    self.line = line
  }

  /// The keys on the way to it.
  var path: [String] { key.split(separator: ".").map(String.init) }
}

/// An option that is the same in all trials.
public struct FixedOption: Hashable, Sendable {
  /// The option's name, with dots for keys within it.
  public let key: String
  /// Its value.
  public let value: OptionValue
  /// Where the file states it, from 1.
  public let line: Int

  /// An option of its parts.
  public init(key: String, value: OptionValue, line: Int = 1) {
    self.key = key
    self.value = value
    self.line = line
  }

  /// The keys on the way to it.
  var path: [String] { key.split(separator: ".").map(String.init) }
}

/// The value of one parameter in a trial.
public enum ParameterValue: Hashable, Sendable {
  /// A number of a range.
  case number(Double)
  /// Which of the choices, from 0.
  case choice(Int)
}

extension ParameterValue: Codable {
  private enum Key: String, CodingKey { case number, choice }

  /// Reads `{"number": 0.1}` or `{"choice": 2}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let number = try container.decodeIfPresent(Double.self, forKey: .number) {
      self = .number(number)
    } else {
      self = .choice(try container.decode(Int.self, forKey: .choice))
    }
  }

  /// Writes a mapping of one key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .number(let number): try container.encode(number, forKey: .number)
    case .choice(let index): try container.encode(index, forKey: .choice)
    }
  }
}

/// The values of all parameters of a space in a trial, in the space's order; nil for one whose conditions do not hold.
public typealias SearchPoint = [ParameterValue?]

extension SearchParameter {
  /// The option's value for a parameter's value.
  func optionValue(_ value: ParameterValue) -> OptionValue {
    switch (domain, value) {
    case (.range(let range), .number(let number)): .scalar(range.text(number))
    case (.choice(let values), .choice(let index)): values[index]
    default: preconditionFailure("a value of another domain")
    }
  }

  /// Whether a value can be one of this parameter's.
  func takes(_ value: ParameterValue) -> Bool {
    switch (domain, value) {
    case (.range(let range), .number(let number)): (range.low...range.high).contains(number)
    case (.choice(let values), .choice(let index)): values.indices.contains(index)
    default: false
    }
  }
}

extension SearchSpace {
  /// Which parameters are searched where those before have these values.
  /// - Parameter values: of the parameters before this one.
  func isActive(_ parameter: Int, given values: some Collection<ParameterValue?>) -> Bool {
    parameters[parameter].conditions.allSatisfy { condition in
      let other = zip(parameters, values).first { $0.0.key == condition.key }
      let value = other.map { pair in pair.1.map(pair.0.optionValue) } ?? fixedValue(condition.key)
      return value.map(condition.values.contains) ?? false
    }
  }

  /// The value that the file states for all trials.
  private func fixedValue(_ key: String) -> OptionValue? { fixed.first { $0.key == key }?.value }

  /// A point of values that are asked for in the space's order, only for what is searched there.
  func point(_ value: (Int) -> ParameterValue) -> SearchPoint {
    var point: SearchPoint = []
    for index in parameters.indices { point.append(isActive(index, given: point) ? value(index) : nil) }
    return point
  }

  /// The options of a point, as a file would state them: key and value, in the space's order.
  public func options(of point: SearchPoint) -> [OptionValue.Entry] {
    zip(parameters, point).compactMap { parameter, value in
      value.map { OptionValue.Entry(key: parameter.key, value: parameter.optionValue($0)) }
    }
  }

  /// The space without its file's lines, for comparison with another.
  var canonicalText: String {
    let searched = parameters.map { parameter in
      let domain =
        switch parameter.domain {
        case .range(let range): "\(range)"
        case .choice(let values): "choice \(OptionValue.list(values))"
        }
      return "\(parameter.key): \(domain)"
        + parameter.conditions.map { " when \($0.key) is \(OptionValue.list($0.values))" }.joined()
    }
    return (fixed.map { "\($0.key): \($0.value)" } + searched).joined(separator: "\n")
  }
}
