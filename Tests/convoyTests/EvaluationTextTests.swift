import Convoy
import Foundation
import Testing

@testable import convoy

@Suite("Evaluation as text")
struct EvaluationTextTests {
  @Test("few classes get the whole matrix; a class without images or predictions has dashes")
  func matrix() throws {
    let report = try Self.report(names: ["cat", "dog"], confusion: [[3, 1], [0, 0]])
    #expect(
      EvaluationText.lines(report) == [
        "class  images  precision  recall  F1",
        "cat         4          -       -   -",
        "dog         0          -       -   -",
        "",
        "Confusion matrix, a row for each true class, a column for each predicted one:",
        "       0  1",
        "0 cat  3  1",
        "1 dog  0  0",
        "",
      ])
    #expect(EvaluationText.result(report) == "top-1 75.00%  top-5 100.00%  loss 0.5000  (4 images)")
  }

  @Test("many classes get the largest confusions, equal ones in class order")
  func confusions() throws {
    let names = (0..<30).map { "c\($0)" }
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: 30), count: 30)
    confusion[4][4] = 100
    confusion[7][2] = 5
    confusion[3][9] = 8
    confusion[1][0] = 5
    let lines = EvaluationText.lines(try Self.report(names: names, confusion: confusion))
    #expect(
      lines.suffix(6) == [
        "Most frequent confusions (--json has the whole matrix):",
        "true class  predicted  images",
        "c3          c9              8",
        "c1          c0              5",
        "c7          c2              5",
        "",
      ])
  }

  /// A report by its JSON, since only the library makes reports.
  private static func report(names: [String], confusion: [[Int]]) throws -> EvaluationReport {
    let count = confusion.joined().reduce(0, +)
    let right = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    let classes = zip(names, confusion).map { name, row -> [String: Any] in
      ["name": name, "count": row.reduce(0, +), "predicted": 0]
    }
    let score: [String: Any] = [
      "count": count, "loss": 0.5, "top1": Double(right) / Double(count), "top5": 1,
    ]
    let object: [String: Any] = [
      "model": "m", "data": "d", "score": score, "classes": classes, "confusion": confusion,
      "badImages": [Any](), "seconds": 1,
    ]
    return try JSONDecoder().decode(
      EvaluationReport.self, from: JSONSerialization.data(withJSONObject: object))
  }
}
