import Networks
import Pixels
import Testing

@testable import Parallel

@Suite struct TimelineTests {
  private static let images = 10
  private static let shards = 4

  /// Trains a few steps; the timeline covers the middle ones.
  private func train(
    spans: Int?, workers: Int = 2, batches: [Int] = [10, 10, 10, 10]
  ) throws -> (state: [Tensor], timeline: WorkTimeline?) {
    let network = smallNetwork()
    let replicas = try DataParallel(
      network: network, batchSize: Self.images, shards: Self.shards, workers: workers, seed: 7, momentCount: 1
    )
    var timeline: WorkTimeline?
    for (step, images) in batches.enumerated() {
      if step == 1, let spans { replicas.startTimeline(spansPerWorker: spans) }
      if step == batches.count - 1 { timeline = replicas.takeTimeline() }
      let batch = ImageBatch.random(images, network.input, classes: 3, seed: UInt64(step))
      _ = try replicas.step(batch, epoch: step, optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
    return (try replicas.state() + replicas.moments(), timeline)
  }

  @Test func recordingChangesNoBits() throws {
    let (state, timeline) = try train(spans: 1000)
    let (plain, none) = try train(spans: nil)
    #expect(state == plain)
    #expect(timeline != nil)
    #expect(none == nil)
  }

  @Test(arguments: [1, 2, 3, 6]) func everyShardIsThereOnce(workers: Int) throws {
    let timeline = try #require(try train(spans: 1000, workers: workers).timeline)
    #expect(timeline.workers.count == workers)
    #expect(timeline.steps.map(\.number) == [0, 1])
    #expect(timeline.steps.allSatisfy { $0.images == Self.images })
    for step in 0..<2 {
      let shards = timeline.workers.flatMap(\.spans).filter { $0.work == .shard && $0.step == step }
      #expect(shards.compactMap(\.shard).sorted() == Array(0..<Self.shards))
      let updates = timeline.workers.flatMap(\.spans).filter {
        $0.work == .phase(.update) && $0.step == step
      }
      #expect(updates.count == workers)
    }
  }

  /// Nothing overlaps on one worker, but for the passes of operations, which lie within their shard.
  @Test func spansNest() throws {
    let timeline = try #require(try train(spans: 1000).timeline)
    for worker in timeline.workers {
      #expect(worker.dropped == 0)
      var open: WorkSpan?
      for span in worker.spans.sorted(by: { ($0.start, $1.end) < ($1.start, $0.end) }) {
        #expect(span.start <= span.end)
        if case .operation(let index, _) = span.work {
          let shard = try #require(open)
          #expect(shard.work == .shard && shard.shard == span.shard && shard.step == span.step)
          #expect(span.start >= shard.start && span.end <= shard.end)
          #expect(worker.operations.indices.contains(index))
        } else {
          #expect(span.start >= open?.end ?? 0)
          open = span
        }
        let step = timeline.steps[span.step]
        #expect(span.start >= step.start && span.end <= step.end)
      }
    }
  }

  /// Whatever the machine did meanwhile: both are made of the same readings of the clock.
  @Test func timesAreThoseOfTheSpans() throws {
    let timeline = try #require(try train(spans: 1000).timeline)
    for worker in timeline.workers {
      let nanoseconds = { (matches: (WorkSpan) -> Bool) in
        worker.spans.filter(matches).reduce(0.0) { $0 + Double($1.end - $1.start) }
      }
      let computing = worker.seconds(.forward) + worker.seconds(.backward)
      #expect((computing * 1e9).rounded() == nanoseconds { $0.work == .shard })
      let updating = worker.seconds(.allReduce) + worker.seconds(.optimizer)
      #expect((updating * 1e9).rounded() == nanoseconds { if case .phase = $0.work { true } else { false } })
    }
    // One worker may be so quick that another finds no shard left.
    #expect(timeline.workers.contains { $0.seconds(.forward) > 0 && $0.seconds(.backward) > 0 })
  }

  @Test func fullBuffersDropAndSaySo() throws {
    let timeline = try #require(try train(spans: 5).timeline)
    for worker in timeline.workers where worker.seconds(.forward) > 0 {
      #expect(worker.spans.count == 5)
      #expect(worker.dropped > 0)
    }
    let sums = try #require(try train(spans: 0).timeline)
    #expect(sums.workers.allSatisfy { $0.spans.isEmpty })
    #expect(sums.workers.reduce(0) { $0 + $1.seconds(.forward) } > 0)
  }

  /// A partial batch makes a plan of its own while recording goes on.
  @Test func plansMadeMeanwhileAreRecorded() throws {
    let timeline = try #require(try train(spans: 1000, batches: [10, 10, 6, 10]).timeline)
    #expect(timeline.steps.map(\.images) == [10, 6])
    let layers = Set(try smallNetwork().summary().layers.filter { $0.forwardFLOPs > 0 }.map(\.name))
    for worker in timeline.workers {
      for span in worker.spans {
        guard case .operation(let index, _) = span.work else { continue }
        #expect(worker.operations.indices.contains(index))
      }
    }
    let second = timeline.workers.flatMap { worker in
      worker.spans.filter { $0.step == 1 }.compactMap { span -> String? in
        if case .operation(let index, _) = span.work { worker.operations[index].layer } else { nil }
      }
    }
    #expect(layers.isSubset(of: Set(second)))
  }
}
