import Convoy
import Testing

@testable import convoy

@Suite("Configuration files")
struct ConfigurationFileTests {
  @Test("states what it states and leaves the rest")
  func reads() throws {
    let configuration = try ConfigurationFile.parse(
      """
      # A comment.
      data: data/flowers
      batch-size: 64
      lr: 0.05
      size: 32x48
      nesterov: false
      schedule: {name: step, every: 10, gamma: 0.5}
      on-bad-image: fail
      """, path: "run.yaml")
    var expected = RunConfiguration(data: "data/flowers")
    expected.batchSize = 64
    expected.learningRate = 0.05
    expected.size = InputSize(height: 32, width: 48)
    expected.nesterov = false
    expected.schedule = .step(StepDecay(every: 10, gamma: 0.5))
    expected.onBadImage = .fail
    #expect(configuration == expected)
  }

  @Test("an empty file states nothing", arguments: ["", "# nothing\n"])
  func empty(text: String) throws {
    #expect(try ConfigurationFile.parse(text, path: "run.yaml") == RunConfiguration())
  }

  @Test("JSON is YAML as well")
  func json() throws {
    #expect(try ConfigurationFile.parse(#"{"epochs": 3}"#, path: "run.json").epochs == 3)
  }

  @Test(
    "says the line and what is wrong with it",
    arguments: [
      ("epochs: 3\nbatchsize: 64\n", "run.yaml:2: unknown option batchsize; did you mean batch-size?"),
      (
        "schedule:\n  name: step\n  evry: 3\n",
        "run.yaml:3: unknown option schedule.evry; did you mean every?"
      ),
      ("epochs: many\n", "run.yaml:1: epochs: expected a whole number"),
      ("\nnesterov: 3\n", "run.yaml:2: nesterov: expected true or false"),
      (
        "schedule: cosin\n", "run.yaml:1: schedule: no schedule cosin; did you mean cosine?"
      ),
      ("- epochs\n", "run.yaml:1: expected options, such as \"epochs: 20\""),
    ])
  func mistakes(text: String, expected: String) {
    #expect(message(of: text) == expected)
  }

  @Test(
    "a file that is not YAML has its line, in one line of text",
    arguments: ["a: [1\nb: 2\n", "a: 1\n\tb: 2\n"])
  func syntax(text: String) {
    let message = message(of: text)
    #expect(message.hasPrefix("run.yaml:2: "))
    #expect(!message.contains("\n"))
  }

  private func message(of text: String) -> String {
    do throws(ConfigurationFileError) {
      _ = try ConfigurationFile.parse(text, path: "run.yaml")
      return "no error"
    } catch {
      return "\(error)"
    }
  }
}
