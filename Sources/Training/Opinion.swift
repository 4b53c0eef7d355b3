import Foundation

/// What a model, or several together, say of one image.
struct Opinion: Sendable {
  /// Of each class: the class with the greatest comes first, the first one of equals. All are numbers.
  let ranking: [Double]
  /// The natural logarithm of each class's probability.
  let logProbabilities: [Double]

  init(ranking: [Double], logProbabilities: [Double]) {
    self.ranking = ranking.map { $0.isNaN ? -.infinity : $0 }
    self.logProbabilities = logProbabilities
  }

  /// The opinion that a network's scores (logits) are: a softmax. A score that is not a number never comes first.
  init(scores: some Collection<Float>) {
    self.init(logarithms: scores.map { $0.isNaN ? -.infinity : Double($0) })
  }

  /// Logarithms of numbers whose proportions are those of the probabilities.
  init(logarithms: [Double]) {
    let total = Self.logSumExp(logarithms)
    self.init(ranking: logarithms, logProbabilities: logarithms.map { $0 - total })
  }

  /// Opinions on several views of one image as one: the mean of their probabilities.
  init(meanOf opinions: [Opinion]) {
    precondition(!opinions.isEmpty, "a mean is of something")
    if opinions.count == 1 {
      self = opinions[0]
      return
    }
    let logarithms = opinions[0].ranking.indices.map { index in
      Self.logSumExp(opinions.map { $0.logProbabilities[index] })
    }
    let count = Foundation.log(Double(opinions.count))
    self.init(ranking: logarithms, logProbabilities: logarithms.map { $0 - count })
  }

  /// Each class's probability, 0...1.
  var probabilities: [Double] { logProbabilities.map { Foundation.exp($0) } }

  /// The class that comes first.
  var first: Int {
    ranking.indices.reduce(0) { ranking[$1] > ranking[$0] ? $1 : $0 }
  }

  /// The classes from the first to the last.
  var order: [Int] {
    ranking.indices.sorted { ranking[$0] == ranking[$1] ? $0 < $1 : ranking[$0] > ranking[$1] }
  }

  /// The logarithm of the sum of exponentials, without overflow; minus infinity where all are that.
  static func logSumExp(_ values: [Double]) -> Double {
    let highest = values.max() ?? 0
    if highest == -.infinity { return highest }
    return highest + Foundation.log(values.reduce(0.0) { $0 + Foundation.exp($1 - highest) })
  }
}
