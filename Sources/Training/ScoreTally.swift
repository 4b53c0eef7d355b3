/// Counts over scored images, in the order in which they came.
struct ScoreTally: Sendable {
  let classes: Int
  private(set) var count = 0
  private(set) var lossSum = 0.0
  private(set) var top1 = 0
  private(set) var top5 = 0
  /// `[true class * classes + given class]`.
  private(set) var confusion: [Int]

  init(classes: Int) {
    self.classes = classes
    confusion = [Int](repeating: 0, count: classes * classes)
  }

  /// Adds one image: the scores (logits) of its classes and its label.
  ///
  /// Among equal scores the first class wins; one that is not a number never does.
  mutating func add(_ scores: ArraySlice<Float>, label: Int) { add(Opinion(scores: scores), label: label) }

  /// Adds one image: what is said of it and its label.
  mutating func add(_ opinion: Opinion, label: Int) {
    let ranking = opinion.ranking
    var ahead = 0
    for index in ranking.indices
    where ranking[index] > ranking[label] || (ranking[index] == ranking[label] && index < label) {
      ahead += 1
    }
    count += 1
    lossSum -= opinion.logProbabilities[label]
    top1 += ahead == 0 ? 1 : 0
    top5 += ahead < 5 ? 1 : 0
    confusion[label * classes + opinion.first] += 1
  }

  /// The scores over all images; zeros where there are none.
  var score: Score {
    let images = Double(max(1, count))
    return Score(
      count: count, loss: lossSum / images, top1: Double(top1) / images, top5: Double(top5) / images)
  }
}

extension ScoreTally {
  /// The part of each class.
  func classReports(names: [String]) -> [EvaluationReport.ClassReport] {
    names.indices.map { index in
      let of = (0..<classes).reduce(0) { $0 + confusion[index * classes + $1] }
      let given = (0..<classes).reduce(0) { $0 + confusion[$1 * classes + index] }
      let right = Double(confusion[index * classes + index])
      let precision = given > 0 ? right / Double(given) : nil
      let recall = of > 0 ? right / Double(of) : nil
      var f1: Double?
      if let precision, let recall {
        f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
      }
      return EvaluationReport.ClassReport(
        name: names[index], count: of, predicted: given, precision: precision, recall: recall, f1: f1)
    }
  }

  /// The confusion as rows, one for each true class.
  var confusionRows: [[Int]] {
    (0..<classes).map { Array(confusion[$0 * classes..<($0 + 1) * classes]) }
  }
}
