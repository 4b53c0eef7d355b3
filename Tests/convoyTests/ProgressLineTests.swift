import Convoy
import Foundation
import Testing

@testable import convoy

@Suite("Progress line")
struct ProgressLineTests {
  let line = ProgressLine(
    title: "epoch 3/20", step: 12, steps: 24, imagesPerSecond: 1834.2, loss: 0.4321, accuracy: 0.8426,
    secondsLeft: 83.4)

  @Test("a wide terminal gets everything and a bar")
  func wide() {
    let text = line.rendered(width: 120)
    #expect(
      text
        == "epoch 3/20  [===============>              ]  12/24  1,834 images/s  loss 0.4321  "
        + "accuracy 84.3%  1:23 left")
  }

  @Test("epochs are counted where their number is known")
  func epochs() throws {
    let json = """
      {"epoch": 3, "step": 1, "stepsPerEpoch": 2, "imagesPerSecond": 1, "waitShare": 0, "loss": 1, "accuracy": 1,
      "learningRate": 1, "gradientNorm": 1, "secondsLeft": 1
      """
    for (rest, text) in [(#", "epochs": 20}"#, "epoch 3/20"), ("}", "epoch 3")] {
      let progress = try JSONDecoder().decode(StepProgress.self, from: Data((json + rest).utf8))
      #expect(progress.epochText == text)
    }
  }

  @Test("what else may end the run comes last, and goes first")
  func limits() {
    var line = line
    line.limits = "or at 93.0%"
    #expect(line.plain.hasSuffix("1:23 left  or at 93.0%"))
    #expect(line.rendered(width: 83) == self.line.rendered(width: 83))
  }

  @Test("never wider than the terminal, less one column", arguments: 0...140)
  func fits(width: Int) {
    #expect(line.rendered(width: width).count <= max(0, width - 1))
  }

  @Test(
    "what matters least goes first",
    arguments: [
      (83, "epoch 3/20  12/24  1,834 images/s  loss 0.4321  accuracy 84.3%  1:23 left"),
      (70, "epoch 3/20  1,834 images/s  loss 0.4321  accuracy 84.3%  1:23 left"),
      (60, "epoch 3/20  loss 0.4321  accuracy 84.3%  1:23 left"),
      (40, "epoch 3/20  loss 0.4321  1:23 left"),
      (25, "epoch 3/20  1:23 left"),
      (12, "epoch 3/20"), (6, "epoch"),
    ])
  func narrow(width: Int, expected: String) {
    #expect(line.rendered(width: width) == expected)
  }

  @Test("the bar is empty at the start and full at the end")
  func ends() {
    var line = ProgressLine(title: "t", step: 0, steps: 4, imagesPerSecond: 0)
    #expect(line.rendered(width: 80) == "t  [>" + String(repeating: " ", count: 29) + "]  0/4")
    line.step = 4
    #expect(line.rendered(width: 80) == "t  [" + String(repeating: "=", count: 30) + "]  4/4")
    line.steps = 0
    #expect(line.rendered(width: 20).count < 20)
  }

  @Test("colour adds escape sequences around the bar only")
  func colour() {
    let plain = line.rendered(width: 120)
    let coloured = line.rendered(width: 120, colour: true)
    #expect(coloured != plain)
    #expect(
      coloured.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[0m", with: "") == plain)
  }

  @Test("a log line names every fact")
  func plain() {
    #expect(
      line.plain == "epoch 3/20  12/24  1,834 images/s  loss 0.4321  accuracy 84.3%  1:23 left")
  }
}
