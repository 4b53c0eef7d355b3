import Foundation
import Testing

@testable import Networks

@Suite struct InitializerTextTests {
  private static let texts: [(String, Initializer)] = [
    (#""zeros""#, .zeros), (#""ones""#, .ones), (#"{"constant": 0.25}"#, .constant(0.25)),
    (#"{"normal": 0.01}"#, .normal(std: 0.01)), (#"{"normal": {"std": 0.01}}"#, .normal(std: 0.01)),
    (#"{"uniform": 0.1}"#, .uniform(bound: 0.1)),
    (#"{"truncated-normal": 0.02}"#, .truncatedNormal(std: 0.02)),
    (#"{"truncated-normal": {"std": 1, "low": -1, "high": 3}}"#, .truncatedNormal(std: 1, low: -1, high: 3)),
    (#""xavier-normal""#, .xavierNormal()), (#"{"xavier-uniform": 2}"#, .xavierUniform(gain: 2)),
    (#""he-normal""#, .heNormal()), (#"{"he-normal": {"mode": "fan-out"}}"#, .heNormal(mode: .fanOut)),
    (#"{"he-normal": {"activation": "leaky-relu"}}"#, .heNormal(activation: .leakyReLU(slope: 0.01))),
    (#"{"he-uniform": {"slope": 0.2}}"#, .heUniform(activation: .leakyReLU(slope: 0.2))),
    (#"{"he-uniform": {"activation": "selu"}}"#, .heUniform(activation: .selu)),
    (#""lecun-normal""#, .leCunNormal), (#""lecun-uniform""#, .leCunUniform),
    (#"{"orthogonal": 1.5}"#, .orthogonal(gain: 1.5)), (#""orthogonal""#, .orthogonal()),
    (#""pytorch""#, .pytorch),
  ]

  @Test(arguments: texts) func textGoesThereAndBack(text: String, initializer: Initializer) throws {
    let decoder = JSONDecoder()
    #expect(try decoder.decode(Initializer.self, from: Data(text.utf8)) == initializer)
    let written = try JSONEncoder().encode([initializer])
    #expect(try decoder.decode([Initializer].self, from: written) == [initializer])
  }

  @Test func everyNameIsTested() {
    for name in Initializer.names { #expect(Self.texts.contains { $0.0.contains("\"\(name)\"") }) }
  }

  @Test(arguments: [
    (#"{"normal": {}}"#, "normal: std is missing"), (#""normal""#, "normal: std is missing"),
    (
      #"{"truncated-normal": {"std": 1, "low": 1}}"#,
      "network: low is at most 0, high at least 0, and they differ; not 1.0 and 2.0"
    ),
    (#"{"orthogonal": "much"}"#, "orthogonal: gain must be a number"),
    (
      #"{"he-normal": {"gain": 2}}"#,
      "he-normal: there is no option gain; the options are mode, activation, slope"
    ),
    (#"{"he-normal": {}, "zeros": {}}"#, "network: expected one initialiser, with its options behind it"),
    ("[]", "network: expected one initialiser, with its options behind it"),
  ])
  func whatIsWrongIsNamed(text: String, line: String) {
    #expect {
      try JSONDecoder().decode(Initializer.self, from: Data(text.utf8))
    } throws: { error in
      (error as? NetworkError)?.description == line
    }
  }
}
