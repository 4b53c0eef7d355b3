import Testing
import Training

@testable import Tuning

@Suite struct SearchSpaceTests {
  private func space(_ text: String) throws -> SearchSpace { try SearchSpace(text, path: "s.yaml") }

  private func check(_ text: String) throws {
    try TrialOptions(base: RunConfiguration(data: "d"), space: space(text)).check()
  }

  @Test func readsRangesChoicesAndPlainValues() throws {
    let space = try space(
      """
      lr: {log-uniform: [1e-3, 1]}
      momentum: {uniform: [0.8, 0.99], when: {optimizer: sgd}}
      batch-size: {integer: [16, 64], log: true, points: 3}
      optimizer: [sgd, lamb]
      schedule: {name: step, gamma: {uniform: [0.1, 0.5], step: 0.2}}
      epochs: 3
      """.replacing("momentum: {uniform: [0.8, 0.99], when: {optimizer: sgd}}\n", with: ""))
    #expect(space.parameters.map(\.key) == ["lr", "batch-size", "optimizer", "schedule.gamma"])
    #expect(space.parameters.map(\.line) == [1, 2, 3, 4])
    #expect(space.fixed.map(\.key) == ["schedule.name", "epochs"])
    guard case .range(let sizes) = space.parameters[1].domain,
      case .range(let gamma) = space.parameters[3].domain
    else {
      Issue.record("not ranges")
      return
    }
    #expect(sizes.points == [16, 32, 64] && sizes.isInteger)
    #expect(gamma.points == [0.1, 0.3, 0.5])
    #expect(space.parameters[2].domain == .choice([.scalar("sgd"), .scalar("lamb")]))
  }

  @Test(
    arguments: [
      ("", nil, "nothing to search"), ("{}", nil, "nothing to search"),
      ("epochs: 3", nil, "nothing to search"),
      ("[lr]", 1, "expected options"), ("lr: [", 2, ""),
      ("lr: [0.1]\nlearning: [1, 2]", 2, "unknown option learning"),
      ("epochs: 3\nlearning-rat: [1, 2]", 2, "unknown option"),
      ("optimiser: [sgd, lamb]", 1, "did you mean optimizer?"),
      ("lr: {log-uniform: [1, 1e-3]}", 1, "upside down; write [0.001, 1.0]"),
      ("epochs: 1\nlr: {uniform: [1, 1]}", 2, "single value; write lr: 1.0"),
      ("lr: {log-uniform: [0, 1]}", 1, "begins above 0"),
      ("lr: {log-uniform: [a, 1]}", 1, "expects two numbers"),
      ("lr: {log-uniform: [1]}", 1, "expects two numbers"), ("lr: {log-uniform: 1}", 1, "expects a list"),
      ("lr: {log_uniform: [0.1, 1]}", 1, "did you mean log-uniform?"),
      ("lr: {log-uniform: [0.1, 1], step: 0.1}", 1, "has no step"),
      ("lr: {uniform: [0.1, 1], steps: 3}", 1, "has no steps"),
      ("lr: {uniform: [0.1, 1], step: 2}", 1, "at most"),
      ("lr: {uniform: [0.1, 1], step: 0.1, points: 3}", 1, "exclude each other"),
      ("lr: {uniform: [0.1, 1], points: 1}", 1, "from 2"), ("lr: []", 1, "empty"),
      ("lr: {uniform: [0.1, 1], choice: [1]}", 1, "exclude each other"), ("lr: {}", 1, "got nothing"),
      ("batch-size: {integer: [1.5, 3]}", 1, "two whole numbers"),
      ("lr: [0.1, 0.1]", 1, "twice among the choices"),
      ("lr: [0.1, 0.2]\nlr: 3", 2, "twice"), ("output: [a, b]", 1, "output cannot be searched"),
      ("schedule: [{name: step, gamma: 0.5}]\nschedule.gamma: [0.1, 0.2]", 2, "stated twice"),
      ("schedule.gamma: [0.1, 0.2]\nschedule: {gamma: 0.5}", 2, "stated twice"),
      (
        "momentum: {uniform: [0.1, 0.5], when: {optimizer: sgd}}\noptimizer: [sgd, lamb]", 1,
        "not stated before"
      ),
      (
        "optimizer: [sgd, lamb]\nmomentum: {uniform: [0.1, 0.5], when: {optimizer: lars}}", 2, "is never lars"
      ),
      ("lr: {uniform: [0.1, 0.5]}\nmomentum: {uniform: [0.1, 0.5], when: {lr: 0.1}}", 2, "only a choice"),
    ] as [(String, Int?, String)])
  func refusesWithItsLine(text: String, line: Int?, part: String) {
    let error = #expect(throws: TuningError.self) { try space(text) }
    guard case .space("s.yaml", let found, let reason)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(found == line || part.isEmpty, "\(reason)")
    let message = error?.description ?? ""
    let isFound = part.isEmpty || reason.contains(part)
    let isOneLine = !message.contains { $0.isNewline }
    #expect(isFound && isOneLine, "\(message)")
  }

  @Test(
    arguments: [
      ("lr: [0.1, -1]", 1, "lr -1"), ("epochs: 3\nlr: {uniform: [-1, 1]}", 2, "lr -1"),
      ("lr: [0.1, fast]", 1, "lr"), ("optimizer: [sgd, sgdd]", 1, "optimizer"),
      ("schedule: [cosine, step]\nschedule.gamma: [0.1, 0.2]", 2, "add when: {schedule: [step]}"),
      ("optimizer: [sgd, lamb]\nmomentum: {uniform: [0.1, 0.5]}", 2, "add when: {optimizer: [sgd]}"),
      ("lr: [0.1, 0.2]\nschedule: {name: step, gama: 0.5}", 2, "did you mean"),
      ("lr: [0.1, 0.2]\nepochs: many", 2, "epochs"),
    ] as [(String, Int, String)])
  func refusesWhatCannotBeTrained(text: String, line: Int, part: String) {
    let error = #expect(throws: TuningError.self) { try check(text) }
    guard case .space(_, let found, let reason)? = error else { return }
    #expect(found == line && reason.contains(part), "line \(found ?? 0): \(reason)")
  }

  @Test func optionsReachIntoOthersAndOnlyWhereTheirConditionsHold() throws {
    let space = try space(
      """
      schedule: [cosine, step]
      schedule.gamma: {uniform: [0.1, 0.5], when: {schedule: step}}
      lr: {log-uniform: [1e-3, 1]}
      """)
    let options = try TrialOptions(base: RunConfiguration(data: "d"), space: space)
    try options.check()
    let step = try options.configuration(of: [.choice(1), .number(0.25), .number(0.01)])
    guard case .step(let curve) = step.schedule else {
      Issue.record("not the step schedule")
      return
    }
    #expect(curve.gamma == 0.25 && step.learningRate == 0.01)
    let cosine = try options.configuration(of: [.choice(0), nil, .number(0.5)])
    #expect(cosine.schedule.name == "cosine" && cosine.learningRate == 0.5 && cosine.data == "d")
    for trial in 0..<20 {
      let point = RandomSearch(space, seed: 1, trials: nil).point(for: trial)
      #expect((point[0] == .choice(1)) == (point[1] != nil))
    }
  }
}
