import Dispatch
import Synchronization
import Testing

@testable import Loading
@testable import Parallel
@testable import Training

/// A watchdog alone, over counters that the test makes up.
@Suite struct WatchdogTests {
  private let position = RunPosition(epoch: 1, step: 16)

  private func watchdog(
    workers: @escaping @Sendable () -> [WorkerActivity] = { [] },
    decoders: @escaping @Sendable () -> [LoaderActivity] = { [] }, _ tell: @escaping @Sendable (Stall) -> Void
  ) -> Watchdog {
    let dog = Watchdog(
      limit: 1,
      Watchdog.Subject(
        workers: workers, decoders: decoders, folder: "/nowhere/run", tell: tell))
    dog.start()
    return dog
  }

  /// What is told about a stage that hangs.
  private func stall(
    _ stage: Watchdog.Stage, workers: [WorkerActivity] = [], decoders: [LoaderActivity] = []
  ) throws -> Stall {
    let told = Mutex<Stall?>(nil)
    let wasTold = DispatchSemaphore(value: 0)
    let dog = watchdog(workers: { workers }, decoders: { decoders }) { stall in
      told.withLock { $0 = stall }
      wasTold.signal()
    }
    defer { dog.stop() }
    #expect(dog.during(stage, at: position) { wasTold.wait(timeout: .now() + .seconds(20)) } == .success)
    return try #require(told.withLock { $0 })
  }

  private func worker(_ number: Int, isWorking: Bool, seconds: Double = 1) -> WorkerActivity {
    WorkerActivity(
      worker: number, phase: .shards, isWorking: isWorking, seconds: seconds, progress: 3, cpuSeconds: 0)
  }

  private func decoder(_ lane: Int, _ path: String?, seconds: Double = 1) -> LoaderActivity {
    LoaderActivity(lane: lane, path: path, seconds: seconds, images: 3, workSeconds: 0, cpuSeconds: 0)
  }

  @Test func namesTheWorkerThatIsAtItLongest() throws {
    let stall = try stall(
      .step,
      workers: [
        worker(0, isWorking: false), worker(1, isWorking: true), worker(2, isWorking: true, seconds: 5),
      ],
      decoders: [decoder(0, "/a.png", seconds: 9)])
    #expect(stall.place == .worker(2, phase: "forward and backward"))
    #expect(stall.others == 1 && stall.epoch == 2 && stall.step == 17 && stall.checkpoint == nil)
    #expect(
      "\(stall)"
        == "worker 2 hangs in forward and backward (and 1 more): no progress for 1 s in epoch 2, step 17 "
        + "(--stall-seconds); there is no checkpoint yet")
  }

  @Test func namesTheImage() throws {
    let stall = try stall(
      .batch, workers: [worker(0, isWorking: false)], decoders: [decoder(0, nil), decoder(1, "/b.png")])
    #expect(stall.place == .loader(lane: 1, path: "/b.png") && stall.others == 0)
    #expect("\(stall)".hasPrefix("/b.png: loader thread 1 hangs on this image: no progress for 1 s"))
  }

  @Test func namesTheFolder() throws {
    let stall = try stall(.saving, decoders: [decoder(0, "/b.png")])
    #expect(stall.place == .saving(folder: "/nowhere/run"))
  }

  @Test func saysWhereWhenNobodyIsAtWork() throws {
    #expect(try stall(.batch).place == .elsewhere("waiting for images"))
  }

  @Test func progressOfAnyCounterIsProgress() {
    let images = Atomic<UInt64>(0)
    let told = Atomic(false)
    let dog = watchdog(decoders: {
      [
        LoaderActivity(
          lane: 0, path: "/a.png", seconds: 9, images: images.add(1, ordering: .relaxed).newValue,
          workSeconds: 0, cpuSeconds: 0)
      ]
    }) { _ in told.store(true, ordering: .relaxed) }
    let never = DispatchSemaphore(value: 0)
    dog.during(.batch, at: position) { _ = never.wait(timeout: .now() + .milliseconds(1800)) }
    dog.stop()
    let wasTold = told.load(ordering: .relaxed)
    #expect(!wasTold)
  }

  @Test func whatIsNotWatchedMayTakeItsTime() {
    let told = Atomic(false)
    let dog = watchdog { _ in told.store(true, ordering: .relaxed) }
    let never = DispatchSemaphore(value: 0)
    _ = never.wait(timeout: .now() + .milliseconds(1800))
    dog.stop()
    let wasTold = told.load(ordering: .relaxed)
    #expect(!wasTold)
  }
}
