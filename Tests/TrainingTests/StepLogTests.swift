import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct StepLogTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path(of: "steps.csv") }
  private let header = "step,epoch,loss,lr,gradient_norm,a,b\n"

  init() throws { folder = try TemporaryFolder() }

  private func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func append(_ log: StepLog, _ step: Int) throws {
    try log.append(
      step: step, epoch: 1, loss: 0.5, learningRate: 0.1, gradientNorm: 2,
      digests: [0xab, UInt32(step) << 28])
  }

  @Test func writesARowForEachStep() throws {
    let log = try StepLog(path: path, tensors: ["a", "b"], length: nil)
    try append(log, 1)
    try append(log, 15)
    #expect(try text().isEmpty, "rows wait")
    try log.flush()
    #expect(try text() == header + "1,1,0.5,0.1,2.0,000000ab,10000000\n15,1,0.5,0.1,2.0,000000ab,f0000000\n")
    #expect(try log.length == text().utf8.count)
  }

  @Test func aResumedRunCutsOffWhatItsCheckpointDoesNotKnow() throws {
    let killed = try StepLog(path: path, tensors: ["a", "b"], length: nil)
    try append(killed, 1)
    try killed.flush()
    let (length, kept) = (killed.length, try text())
    try append(killed, 2)
    try killed.flush()
    let log = try StepLog(path: path, tensors: ["a", "b"], length: length)
    #expect(log.isWhole && log.length == length)
    #expect(try text() == kept)
    try append(log, 2)
    try log.flush()
    #expect(try text() == kept + "2,1,0.5,0.1,2.0,000000ab,20000000\n")
  }

  @Test func aFileThatLostRowsBeginsAnew() throws {
    try folder.write(file: "steps.csv", text: header)
    let log = try StepLog(path: path, tensors: ["a", "b"], length: 1000)
    #expect(!log.isWhole)
    try append(log, 9)
    try log.flush()
    #expect(try text() == header + "9,1,0.5,0.1,2.0,000000ab,90000000\n")
  }

  @Test func manyRowsDoNotWaitForACheckpoint() throws {
    let log = try StepLog(path: path, tensors: ["a", "b"], length: nil)
    for step in 0..<40_000 { try append(log, step & 7) }
    #expect(try !text().isEmpty)
  }

  @Test func namesWhatCannotBeOpened() throws {
    let path = folder.path(of: "nowhere/steps.csv")
    #expect(throws: TrainingError.cannotCreate(path: path, reason: "No such file or directory")) {
      _ = try StepLog(path: path, tensors: [], length: nil)
    }
  }
}
