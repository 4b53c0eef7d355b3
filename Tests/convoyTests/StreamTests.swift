import Foundation
import TestSupport
import Testing

@Suite("Terminals and pipes")
struct StreamTests {
  @Test("a reader that goes away ends the command without a word")
  func brokenPipe() throws {
    let model = try TrainedModel.shared.get()
    let outcome = try ConvoyBinary.run(
      shell: #"set -o pipefail; "$0" "$@" | true"#, ["predict", model.best, model.data + "/test"]
    )
    // Whether the command still writes in time is chance; a word about it never is.
    #expect([0, 141].contains(outcome.status))
    #expect(outcome.error.isEmpty)
  }

  /// `script` (util-linux) gives the command a terminal of its own.
  @Test(
    "a terminal gets a live line within its width, in colour unless NO_COLOR is set, cleared at the end",
    arguments: [true, false])
  func terminal(colour: Bool) throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let outcome = try ConvoyBinary.run(
      shell: #"printf -v line '%q ' "$0" "$@"; script -qefc "stty cols 100; exec $line" /dev/null"#,
      ["train", model.data, "--epochs", "2", "--batch-size", "8", "--output", folder.path(of: "run")],
      environment: ["TERM": "xterm", "NO_COLOR": colour ? "" : "1"]
    )
    #expect(outcome.status == 0)
    let parts = outcome.output.components(separatedBy: "\r\u{1B}[2K")
    let drawn = parts.dropFirst().filter { $0.hasPrefix("epoch 1/2  ") || $0.hasPrefix("epoch 2/2  ") }
    #expect(!drawn.isEmpty)
    for text in drawn {
      let visible = text.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[0m", with: "")
      #expect(visible.count <= 99 && !visible.contains("\n"), "each is cleared before the next text")
    }
    #expect(outcome.output.contains("\u{1B}[32m") == colour)
    #expect(parts.last?.contains("done: 2 epochs") == true)
  }

  @Test("without a terminal there are plain lines and no escape sequences")
  func plain() throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let outcome = try ConvoyBinary.run([
      "train", model.data, "--epochs", "2", "--batch-size", "8", "--output", folder.path(of: "run"),
    ])
    #expect(outcome.status == 0)
    #expect(!(outcome.output + outcome.error).contains("\u{1B}"))
    #expect(outcome.lines.filter { $0.hasPrefix("epoch ") }.count == 2)
    #expect(outcome.lines.first?.hasPrefix("data") == true)
    #expect(outcome.lines.last?.hasPrefix("done: 2 epochs in ") == true)
  }
}
