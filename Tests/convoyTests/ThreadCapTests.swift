import Foundation
import TestSupport
import Testing

/// `--threads`: a cap on all that the process runs.
@Suite struct ThreadCapTests {
  @Test("every thread of a run keeps to the same processor, whenever it was made")
  func everyThread() throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let run = try ConvoyBinary.start([
      "train", model.data, "--epochs", "100000", "--batch-size", "8", "--output", folder.path(of: "run"),
      "--threads", "1", "--workers", "2", "--loader-threads", "3",
    ])
    try run.wait(for: "epoch 1 ")
    var threads: Set<String> = []
    var processors: Set<String> = []
    for _ in 0..<50 {
      let allowed = try run.processorsOfThreads()
      threads.formUnion(allowed.keys)
      processors.formUnion(allowed.values)
      usleep(10_000)
    }
    run.send(SIGINT)
    #expect(try run.wait().status == 130)
    // The run's own thread, two workers and some of Dispatch's.
    #expect(threads.count >= 4)
    #expect(processors.count == 1)
    #expect(processors.allSatisfy { Int($0) != nil }, "\(processors)")
  }
}
