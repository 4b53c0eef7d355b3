import Foundation
import Loading

/// How what several models say of an image becomes one opinion.
public enum EnsembleRule: String, Codable, CaseIterable, Sendable {
  /// The mean of the members' probabilities.
  case mean
  /// A vote for each member, which goes to its first class; among classes with as many votes the mean of the
  /// probabilities decides. A class's probability is its share of the votes.
  case vote
  /// The geometric mean of the members' probabilities, scaled so that they sum to one.
  case geometric
}

/// What the members of an ensemble say of some images, summed member by member, in their order.
struct Ensemble {
  let rule: EnsembleRule
  private let classes: Int
  private var members = 0
  /// `[image * classes + class]`.
  private var sums: [Double]
  /// How many members have spoken of each image.
  private var counts: [Int]

  init(_ rule: EnsembleRule, images: Int, classes: Int) {
    self.rule = rule
    self.classes = classes
    sums = [Double](repeating: 0, count: images * classes)
    counts = [Int](repeating: 0, count: images)
  }

  /// Says that the opinions of one more member come.
  mutating func beginMember() { members += 1 }

  /// Adds a member's opinion on an image.
  mutating func add(_ opinion: Opinion, image: Int) {
    counts[image] += 1
    let start = image * classes
    switch rule {
    case .mean:
      for (index, value) in opinion.probabilities.enumerated() { sums[start + index] += value }
    case .geometric:
      for (index, value) in opinion.logProbabilities.enumerated() { sums[start + index] += value }
    case .vote:
      // Probabilities decide between equal votes: all of them together count less than a vote does.
      for (index, value) in opinion.probabilities.enumerated() { sums[start + index] += value / 4096 }
      sums[start + opinion.first] += 1
    }
  }

  /// What the members say together of an image; nil where one of them could not read it.
  func opinion(image: Int) -> Opinion? {
    guard members > 0, counts[image] == members else { return nil }
    let values = Array(sums[image * classes..<(image + 1) * classes])
    let count = Double(members)
    switch rule {
    case .mean:
      return Opinion(ranking: values, logProbabilities: values.map { Foundation.log($0 / count) })
    case .geometric:
      return Opinion(logarithms: values.map { $0 / count })
    case .vote:
      return Opinion(
        ranking: values, logProbabilities: values.map { Foundation.log($0.rounded(.down) / count) })
    }
  }
}

extension Ensemble {
  /// The members of an ensemble.
  static let largest = 1024

  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` unless so many models can be an ensemble.
  static func check(_ rule: EnsembleRule?, models: Int) throws(TrainingError) {
    if let rule, models < 2 {
      throw .invalidOption(name: "ensemble", value: rule.rawValue, reason: "needs two models or more")
    }
    if models > largest {
      throw .invalidOption(
        name: "ensemble", value: "\(models) models", reason: "there may be \(largest) at most")
    }
  }
}

extension [BadImage] {
  /// What several members have left out, each file once.
  var oncePerFile: [BadImage] {
    var paths: Set<String> = []
    return filter { paths.insert($0.path).inserted }
  }
}
