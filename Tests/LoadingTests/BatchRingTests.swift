import Datasets
import Dispatch
import Pixels
import Testing

@testable import Loading

/// The ring by hand: the test plays the decoders.
@Suite struct BatchRingTests {
  private let slots = (0..<3).map { _ in ImageBatch(capacity: 20, channels: 1, height: 1, width: 1) }
  private let ring: BatchRing

  init() {
    ring = BatchRing(slots: slots, laneCount: 4)
  }

  private func plan(images: Int) -> EpochPlan {
    let samples = (0..<images).map { ImageSample(path: "/\($0)", relativePath: "\($0)", label: 0) }
    let options = LoaderOptions(
      preprocessing: Preprocessing(channels: 1, height: 1, width: 1), batchSize: 20, order: .sequential)
    return EpochPlan(samples: samples, options: options, epoch: 0)
  }

  /// Takes chunks until there are none.
  private func takeAll(lane: Int) -> [BatchRing.Chunk] {
    var chunks: [BatchRing.Chunk] = []
    while let chunk = ring.take(lane: lane) { chunks.append(chunk) }
    return chunks
  }

  @Test func decodersRestWhenTheRingIsFull() throws {
    #expect(ring.begin(plan(images: 110), at: 0).count == 4)
    let chunks = takeAll(lane: 0)
    #expect(chunks.map(\.number) == [0, 0, 1, 1, 2, 2])
    #expect(chunks.map(\.positions) == [0..<16, 16..<20, 0..<16, 16..<20, 0..<16, 16..<20])
    #expect(chunks.allSatisfy { $0.batch === slots[$0.number] })
    for chunk in chunks { ring.finish(chunk, BatchRing.Outcome()) }

    let batch = try #require(try ring.next())
    #expect(takeAll(lane: 1).isEmpty)
    #expect(ring.recycle(batch).count == 2)
    let more = takeAll(lane: 2)
    #expect(more.map(\.number) == [3, 3])
    #expect(more.allSatisfy { $0.batch === batch })
  }

  @Test func noMoreDecodersStartThanThereAreChunks() {
    #expect(ring.begin(plan(images: 20), at: 0).count == 2)
    #expect(takeAll(lane: 0).map(\.positions) == [0..<16, 16..<20])
  }

  @Test func batchesComeInOrderHoweverTheyAreFinished() throws {
    _ = ring.begin(plan(images: 50), at: 0)
    let chunks = takeAll(lane: 0)
    for chunk in chunks.reversed() { ring.finish(chunk, BatchRing.Outcome()) }
    let batches = try (0..<3).map { _ in try #require(try ring.next()) }
    #expect(batches.map(\.count) == [20, 20, 10])
    #expect(zip(batches, slots).allSatisfy { $0 === $1 })
    #expect(try ring.next() == nil)
  }

  @Test func theFirstFailureInOrderWinsHoweverTheyAreFinished() throws {
    _ = ring.begin(plan(images: 60), at: 0)
    let chunks = takeAll(lane: 0)
    func finish(_ index: Int, failingAt position: Int?) {
      let failure = position.map {
        ($0, LoadingError.badImage(BadImage(path: "/\(chunks[index].number)/\($0)", reason: "")))
      }
      ring.finish(chunks[index], BatchRing.Outcome(failure: failure))
    }
    finish(5, failingAt: 17)
    finish(3, failingAt: 18)
    finish(4, failingAt: 0)
    finish(2, failingAt: 9)
    for index in 0...1 { finish(index, failingAt: nil) }
    #expect(try ring.next()?.count == 20)
    #expect(throws: LoadingError.badImage(BadImage(path: "/1/9", reason: ""))) { try ring.next() }
  }

  @Test func stoppingWaitsForTheDecoders() throws {
    let lanes = ring.begin(plan(images: 10), at: 0)
    let chunk = try #require(ring.take(lane: lanes[0]))
    for lane in lanes.dropFirst() { #expect(ring.take(lane: lane) == nil) }
    let stopped = DispatchSemaphore(value: 0)
    DispatchQueue(label: "stop").async { [ring] in
      ring.stop()
      stopped.signal()
    }
    #expect(stopped.wait(timeout: .now() + .milliseconds(50)) == .timedOut)
    ring.finish(chunk, BatchRing.Outcome())
    #expect(ring.take(lane: lanes[0]) == nil)
    #expect(stopped.wait(timeout: .now() + .seconds(10)) == .success)
    #expect(throws: LoadingError.stopped) { try ring.next() }
  }

  /// One decoder keeps up: after a while no other is started while the caller computes, and all are as soon as it
  /// has to wait.
  @Test func fewDecodersWorkWhereTheyKeepUp() throws {
    var idle = Set(0..<4)
    func fill(_ woken: [Int]) {
      idle.subtract(woken)
      for lane in woken {
        for chunk in takeAll(lane: lane) { ring.finish(chunk, BatchRing.Outcome()) }
        idle.insert(lane)
      }
    }
    fill(ring.begin(plan(images: 20 * 60), at: 0))
    var started: [Int] = []
    for _ in 0..<50 {
      #expect(ring.prepareNext().isEmpty)
      let batch = try #require(try ring.next())
      let woken = ring.recycle(batch)
      started.append(woken.count)
      fill(woken)
    }
    #expect(started.first == 2, "a batch of 20 images has two chunks")
    #expect(started.last == 1)

    // Nobody fills the ring any more, until the caller waits.
    let batches = try (0..<3).map { _ in try #require(try ring.next()) }
    #expect(ring.recycle(batches[0]).count == 1)
    #expect(ring.prepareNext().count == 2)
    #expect(ring.recycle(batches[1]).count == 1)
  }

  @Test func waitingIsMeasured() throws {
    let lanes = ring.begin(plan(images: 10), at: 0)
    let chunk = try #require(ring.take(lane: lanes[0]))
    #expect(ring.waitSeconds == 0)
    DispatchQueue(label: "finish").asyncAfter(deadline: .now() + .milliseconds(30)) { [ring] in
      ring.finish(chunk, BatchRing.Outcome())
    }
    #expect(try ring.next()?.count == 10)
    #expect(ring.waitSeconds > 0.01)
  }
}
