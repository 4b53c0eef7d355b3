import Foundation
import Testing

@testable import Parallel

/// Phases, and what others see of them.
@Suite struct WorkerGroupTests {
  @Test func everyWorkerTakesPartOnce() throws {
    let group = WorkerGroup(count: 3)
    nonisolated(unsafe) let turns = UnsafeMutableBufferPointer<Int>.allocate(capacity: 3)
    defer { turns.deallocate() }
    turns.initialize(repeating: 0)
    for _ in 0..<10 { try group.run(.measuring) { turns[$0] += 1 } }
    #expect(Array(turns) == [10, 10, 10])
    #expect(group.activity.map(\.progress) == [10, 10, 10])
  }

  @Test func anotherThreadSeesWhatWorkersDo() throws {
    let group = WorkerGroup(count: 2)
    #expect(group.activity.allSatisfy { $0.phase == nil && !$0.isWorking && $0.progress == 0 })
    let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let run = Thread {
      try? group.run(.update) { worker in
        guard worker == 1 else { return }
        group.advance(worker)
        began.signal()
        mayEnd.wait()
      }
      began.signal()
    }
    run.start()
    began.wait()
    let working = group.activity[1]
    #expect(working.worker == 1 && working.phase == .update && working.isWorking)
    #expect(working.progress == 1)
    Thread.sleep(forTimeInterval: 0.02)
    #expect(group.activity[1].seconds >= working.seconds + 0.02)
    mayEnd.signal()
    began.wait()
    let ended = group.activity
    #expect(ended.allSatisfy { $0.phase == .update && !$0.isWorking })
    #expect(ended.map(\.progress) == [1, 2])
  }

  @Test func theFirstFailureReachesTheCallerAfterAllHaveEnded() throws {
    struct Broken: Error, Equatable { let worker: Int }
    let group = WorkerGroup(count: 4)
    #expect(throws: Broken(worker: 2)) {
      try group.run(.shards) { worker in
        if worker == 2 { throw Broken(worker: worker) }
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
    #expect(group.activity.allSatisfy { !$0.isWorking && $0.progress == 1 })
    // The group works on.
    #expect(try group.runOnce(.measuring) { 7 } == 7)
  }
}
