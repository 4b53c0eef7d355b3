import Foundation
import Kernels
import Randomness
import TestSupport
import Testing

/// Scores and labels, and what a loss makes of them.
struct LossCase: Decodable, CustomTestStringConvertible, Sendable {
  var classes: Int
  var labelSmoothing, focalGamma: Double
  var classWeights: [Float]
  var scores: [Float]
  var labels: [Int32]
  /// Nil where labels are not mixed.
  var partners: [Int32]?
  var shares: [Float]?
  /// The mean, and its gradient.
  var loss: Double
  var gradient: [Double]

  var testDescription: String {
    "\(classes) classes, smoothing \(labelSmoothing), gamma \(focalGamma), "
      + "\(classWeights.isEmpty ? "" : "weighted, ")\(partners == nil ? "" : "mixed")"
  }

  /// Of `generate.py`.
  static let all = Result {
    try JSONDecoder().decode([LossCase].self, from: Data(Fixtures.bytes("losses.json")))
  }

  var objective: ClassificationLoss {
    var loss = ClassificationLoss()
    loss.labelSmoothing = labelSmoothing
    loss.focalGamma = focalGamma
    loss.classWeights = classWeights
    loss.hasSharedLabels = partners != nil
    return loss
  }

  /// The sum of some rows' losses, and its gradient.
  func run(rows: Range<Int>? = nil) -> (result: SoftmaxCrossEntropy.Result, gradient: [Float]) {
    let rows = rows ?? 0..<labels.count
    var gradient = [Float](repeating: .nan, count: rows.count * classes)
    var result = SoftmaxCrossEntropy.Result()
    scores.withUnsafeBufferPointer { scores in
      labels.withUnsafeBufferPointer { labels in
        (partners ?? labels.map { $0 }).withUnsafeBufferPointer { partners in
          (shares ?? [Float](repeating: 1, count: labels.count)).withUnsafeBufferPointer { shares in
            gradient.withUnsafeMutableBufferPointer { gradient in
              guard let x = scores.baseAddress, let own = labels.baseAddress,
                let partners = partners.baseAddress, let shares = shares.baseAddress,
                let dx = gradient.baseAddress
              else { return }
              let mixed =
                self.partners == nil
                ? nil : (partners: partners + rows.lowerBound, shares: shares + rows.lowerBound)
              result = SoftmaxCrossEntropy.run(
                scores: x + rows.lowerBound * classes,
                labels: ImageLabels(own + rows.lowerBound, mixed: mixed), count: rows.count, classes: classes,
                loss: objective, gradient: dx)
            }
          }
        }
      }
    }
    return (result, gradient)
  }
}

@Suite struct ClassificationLossTests {
  private static let cases = (try? LossCase.all.get()) ?? []

  @Test func theFixtureHasEveryKind() throws { #expect(try LossCase.all.get().count == 72) }

  @Test(arguments: cases) func agreesWithPyTorch(fixture: LossCase) {
    let (result, gradient) = fixture.run()
    #expect(abs(result.lossSum / result.weight - fixture.loss) <= 1e-5 * abs(fixture.loss))
    for (value, expected) in zip(gradient, fixture.gradient) {
      #expect(abs(Double(value) / result.weight - expected) <= 1e-6 + 1e-5 * abs(expected))
    }
  }

  /// However rows are shared out, sums and weights come to those of the whole.
  @Test(arguments: cases, [1, 2, 5]) func shardsAddUp(fixture: LossCase, cut: Int) {
    let whole = fixture.run()
    let parts = [fixture.run(rows: 0..<cut), fixture.run(rows: cut..<fixture.labels.count)]
    #expect(parts.flatMap(\.gradient) == whole.gradient)
    let weight = parts.reduce(0) { $0 + $1.result.weight }
    let lossSum = parts.reduce(0) { $0 + $1.result.lossSum }
    #expect(abs(weight - whole.result.weight) < 1e-12 * weight)
    #expect(abs(lossSum - whole.result.lossSum) < 1e-12 * lossSum)
    #expect(parts.reduce(0) { $0 + $1.result.correct } == whole.result.correct)
  }

  /// Against differences of the loss itself, no reference.
  @Test(arguments: cases.filter { $0.classes < 10 }) func theGradientIsTheSlope(fixture: LossCase) {
    let gradient = fixture.run().gradient
    // The smallest step that scores take without rounding, so that the differences are exact but for the losses.
    let h: Float = 1 / 64
    for i in gradient.indices {
      var (below, above) = (fixture, fixture)
      below.scores[i] = (fixture.scores[i] - h)
      above.scores[i] = (fixture.scores[i] + h)
      let slope =
        (above.run().result.lossSum - below.run().result.lossSum)
        / Double(above.scores[i] - below.scores[i])
      #expect(abs(slope - Double(gradient[i])) < 1e-3 * max(1, abs(slope)))
    }
  }

  @Test(arguments: [0.5, 1, 2, 5]) func aSureImageHasNoFocalLossAndNoNaN(gamma: Double) {
    let sure = LossCase(
      classes: 3, labelSmoothing: 0, focalGamma: gamma, classWeights: [], scores: [400, 0, -400, 0, 400, 0],
      labels: [0, 0], loss: 0, gradient: [])
    let (result, gradient) = sure.run()
    // The first is right for certain, the second wrong for certain: then focal loss is cross-entropy.
    #expect(result.lossSum == 400)
    #expect(gradient == [0, 0, 0, -1, 1, 0])
  }

  @Test func accuracyCountsTheLargerShare() {
    let mixed = LossCase(
      classes: 2, labelSmoothing: 0, focalGamma: 0, classWeights: [], scores: [1, 0, 1, 0, 1, 0, 1, 0],
      labels: [0, 0, 1, 1], partners: [1, 1, 0, 0], shares: [0.75, 0.25, 0.25, 0.5], loss: 0, gradient: [])
    // Right, wrong, right; of equal shares its own counts, so wrong.
    #expect(mixed.run().result.correct == 2)
  }
}
