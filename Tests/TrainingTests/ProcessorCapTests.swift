import Foundation
import Parallel
import Synchronization
import Testing

@testable import Training

@Suite(.serialized) struct ProcessorCapTests {
  @Test func confinesThreadsThatAreThereAndNewOnes() throws {
    let before = Processors.usable
    let seen = Mutex<[Int]>([])
    let gate = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)
    let early = Thread {
      gate.wait()
      seen.withLock { $0.append(Processors.usable.count) }
      done.signal()
    }
    early.start()
    try ProcessorCap.within(1) {
      gate.signal()
      done.wait()
      let late = Thread {
        seen.withLock { $0.append(Processors.usable.count) }
        done.signal()
      }
      late.start()
      done.wait()
      #expect(Processors.usable.count == 1)
    }
    #expect(seen.withLock { $0 } == [1, 1])
    #expect(Processors.usable == before)
  }

  @Test func liftsTheCapAfterAFailure() {
    let before = Processors.usable
    #expect(throws: CancellationError.self) { try ProcessorCap.within(1) { throw CancellationError() } }
    #expect(Processors.usable == before)
  }
}
