import ArgumentParser
import Convoy

/// `convoy profile-trials`: the process that `convoy profile` starts for each number of workers. Not for people.
struct TrialsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "profile-trials", shouldDisplay: false)

  func run() throws {
    try TrialProcess.serve { configuration, answer in
      try TrainingWorkload.with(configuration) { workload in
        try answer(TrialRunner(workload))
      }
    }
  }
}
