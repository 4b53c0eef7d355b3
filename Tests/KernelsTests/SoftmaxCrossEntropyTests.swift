import Foundation
import Kernels
import Randomness
import Testing

@Suite struct SoftmaxCrossEntropyTests {
  private struct Outcome {
    var result: SoftmaxCrossEntropy.Result
    var gradient: [Float]
  }

  private func run(_ scores: [Float], labels: [Int32]) throws -> Outcome {
    var gradient = [Float](repeating: .nan, count: scores.count)
    let result = try gradient.withUnsafeMutableBufferPointer { gradient in
      try labels.withUnsafeBufferPointer { own in
        SoftmaxCrossEntropy.run(
          scores: scores, labels: ImageLabels(try #require(own.baseAddress)), count: labels.count,
          classes: scores.count / labels.count, gradient: try #require(gradient.baseAddress))
      }
    }
    return Outcome(result: result, gradient: gradient)
  }

  /// The definition in double.
  private func naive(_ scores: [Float], labels: [Int32]) -> (loss: Double, gradient: [Double]) {
    let classes = scores.count / labels.count
    var (loss, gradient) = (0.0, [Double]())
    for (row, label) in labels.enumerated() {
      let x = scores[row * classes..<(row + 1) * classes].map(Double.init)
      let largest = x.max() ?? 0
      let exponentials = x.map { exp($0 - largest) }
      let sum = exponentials.reduce(0, +)
      loss += log(sum) - (x[Int(label)] - largest)
      gradient += exponentials.enumerated().map { k, e in
        e / sum - (k == Int(label) ? 1 : 0)
      }
    }
    return (loss, gradient)
  }

  @Test(arguments: [(1, 2, 1.0), (7, 10, 3), (5, 1000, 1), (4, 3, 30), (6, 10, 1000), (3, 4, 1e30)])
  func agreesWithTheDefinition(count: Int, classes: Int, spread: Double) throws {
    var stream = RandomStream(SampleKey(seed: 3, sample: UInt64(classes)), path: "scores")
    let scores = (0..<count * classes).map { _ in Float(stream.normal() * spread) }
    let labels = (0..<count).map { _ in Int32(stream.integer(in: 0...classes - 1)) }
    let outcome = try run(scores, labels: labels)
    let expected = naive(scores, labels: labels)
    #expect(abs(outcome.result.lossSum - expected.loss) <= 1e-5 * max(1, abs(expected.loss)))
    for (value, expected) in zip(outcome.gradient, expected.gradient) {
      #expect(abs(Double(value) - expected) <= 1e-6)
    }
  }

  @Test func theLargestScoreAtTheLabelIsCorrect() throws {
    let scores: [Float] = [1, 3, 2, 5, 4, 4, 0, 0, 0]
    #expect(try run(scores, labels: [1, 0, 2]).result.correct == 2)
    // The lowest class wins a tie.
    #expect(try run(scores, labels: [1, 0, 0]).result.correct == 3)
  }

  @Test func notANumberIsSeen() throws {
    #expect(try !run([.nan, 1], labels: [1]).result.lossSum.isFinite)
    #expect(try !run([.infinity, 1], labels: [1]).result.lossSum.isFinite)
  }
}
