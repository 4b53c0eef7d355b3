import Dispatch
import Foundation
import Parallel
import Synchronization
import TestSupport
import Testing

@testable import Training

/// Runs in which a worker or a decoder hangs.
@Suite struct StallTests {
  /// Lets something hang until the test has seen enough.
  private final class Trap: Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let isSprung = Atomic(false)

    /// Hangs, the first time.
    func hang() {
      if !isSprung.exchange(true, ordering: .relaxed) { gate.wait() }
    }

    func open() { gate.signal() }
  }

  /// Opens a trap when it hears of a stall, and keeps what it hears.
  private final class Listener: RunObserver {
    let stalls = Mutex<[Stall]>([])
    let checkpoints = Mutex<[String]>([])
    private let trap: Trap
    init(_ trap: Trap) { self.trap = trap }

    func receive(_ event: RunEvent) {
      if case .checkpointSaved(let notice) = event { checkpoints.withLock { $0.append(notice.path) } }
      guard case .stalled(let stall) = event else { return }
      stalls.withLock { $0.append(stall) }
      trap.open()
    }
  }

  /// Trains; a run that goes on after its stall must end as if there had been none.
  private func stall(_ trap: Trap, _ faults: RunFaults) throws -> Stall {
    let data = try TinyData()
    var configuration = data.configuration()
    configuration.stallSeconds = 1
    configuration.workers = 2
    let listener = Listener(trap)
    let run = try TrainingRun(
      configuration: configuration, network: TinyData.network(), observer: listener, faults: faults)
    let result = try run.run()
    configuration.output = data.folder.path(of: "runs/whole")
    #expect(try data.train(configuration).weightsSHA256 == result.weightsSHA256)
    let stalls = listener.stalls.withLock { $0 }
    #expect(stalls.count == 1)
    return try #require(stalls.first)
  }

  @Test(.timeLimit(.minutes(1))) func aHangingWorkerIsNamed() throws {
    let trap = Trap()
    var faults = RunFaults()
    // Each step has an update: the sixth is in the second epoch of four steps.
    let updates = Atomic(0)
    faults.phase = { phase, worker in
      guard phase == .update, worker == 1 else { return }
      if updates.add(1, ordering: .relaxed).newValue == 6 { trap.hang() }
    }
    let stall = try stall(trap, faults)
    #expect(stall.place == .worker(1, phase: "all-reduce and update"))
    #expect(stall.epoch == 2 && stall.step == 2 && stall.others == 0)
    #expect(stall.checkpoint?.hasSuffix("/checkpoints/step-00000004.safetensors") == true)
  }

  @Test(.timeLimit(.minutes(1))) func theImageThatADecoderHangsOnIsNamed() throws {
    let trap = Trap()
    var faults = RunFaults()
    faults.image = { path in
      if path.hasSuffix("train/class1/4.png") { trap.hang() }
    }
    let stall = try stall(trap, faults)
    guard case .loader(let lane, let path) = stall.place else {
      Issue.record("\(stall)")
      return
    }
    #expect(lane == 0 && path.hasSuffix("train/class1/4.png"))
    #expect(stall.epoch == 1 && stall.checkpoint?.hasSuffix("/step-00000000.safetensors") == true)
  }

  @Test(.timeLimit(.minutes(1))) func evaluationIsWatchedAsWell() throws {
    let trap = Trap()
    var faults = RunFaults()
    faults.phase = { phase, worker in
      if phase == .scores && worker == 0 { trap.hang() }
    }
    #expect(try stall(trap, faults).place == .worker(0, phase: "scoring images"))
  }
}
