import Loading
import Networks
import Parallel

extension TrialRunner {
  /// What every thread does in some steps of training.
  func trace(steps: Int) throws -> [TraceEvent] {
    defer { stopLoading() }
    for _ in 0..<min(workload.loader.options.ringBatches, steps) { _ = try step() }
    workload.loader.startTimeline(spans: 1 << 16)
    workload.replicas.startTimeline(spansPerWorker: 1 << 17)
    var waits: [(start: UInt64, end: UInt64)] = []
    for _ in 0..<steps {
      let start = WorkClock.now
      let batch = try nextBatch()
      waits.append((start, WorkClock.now))
      defer { workload.loader.recycle(batch) }
      try workload.step(batch)
    }
    let chunks = workload.loader.takeTimeline()
    guard let timeline = workload.replicas.takeTimeline() else { return [] }
    return Self.events(timeline, waits: waits, chunks: chunks.spans, droppedChunks: chunks.dropped)
  }

  /// A thread each for the training loop, the workers and the decoders.
  static func events(
    _ timeline: WorkTimeline, waits: [(start: UInt64, end: UInt64)], chunks: [LoaderSpan], droppedChunks: Int
  ) -> [TraceEvent] {
    let origin = waits.first?.start ?? 0
    let loop = 1
    var names = TraceEvent.thread(loop, "training loop")
    var events = waits.enumerated().map { step, wait in
      TraceEvent.complete(
        "wait for images", "loading", thread: loop, from: wait.start, to: wait.end, since: origin,
        args: ["step": .number(step)])
    }
    events += timeline.steps.map { step in
      TraceEvent.complete(
        "step \(step.number)", "step", thread: loop, from: step.start, to: step.end, since: origin,
        args: ["images": .number(step.images), "step": .number(step.number)])
    }
    for (index, worker) in timeline.workers.enumerated() {
      let thread = loop + 1 + index
      let note = worker.dropped > 0 ? " (\(worker.dropped) events dropped)" : ""
      names += TraceEvent.thread(thread, "worker \(index)\(note)")
      events += worker.spans.map { event($0, of: worker, thread: thread, since: origin) }
    }
    for lane in Set(chunks.map(\.lane)).sorted() {
      let note = droppedChunks > 0 ? " (\(droppedChunks) events dropped by all)" : ""
      names += TraceEvent.thread(loop + 1 + timeline.workers.count + lane, "loader \(lane)\(note)")
    }
    // A chunk that was begun before is none of these steps'.
    events += chunks.filter { $0.start >= origin }.map { chunk in
      TraceEvent.complete(
        "batch \(chunk.batch)", "loading", thread: loop + 1 + timeline.workers.count + chunk.lane,
        from: chunk.start, to: chunk.end, since: origin,
        args: [
          "batch": .number(chunk.batch), "epoch": .number(chunk.epoch),
          "images": .text("\(chunk.images.lowerBound)-\(chunk.images.upperBound - 1)"),
        ])
    }
    return names
      + events.sorted { ($0.tid, $0.ts ?? 0, -($0.dur ?? 0)) < ($1.tid, $1.ts ?? 0, -($1.dur ?? 0)) }
  }

  private static func event(
    _ span: WorkSpan, of worker: WorkRecorder, thread: Int, since origin: UInt64
  ) -> TraceEvent {
    var args: [String: TraceEvent.Argument] = ["step": .number(span.step)]
    if let shard = span.shard { args["shard"] = .number(shard) }
    let (name, category): (String, String)
    switch span.work {
    case .shard: (name, category) = ("shard \(span.shard ?? 0)", "shard")
    case .phase(let phase): (name, category) = (phase.rawValue, "phase")
    case .operation(let index, let pass):
      let operation = worker.operations[index]
      (name, category) = ("\(operation.layer) \(operation.kind) \(pass.rawValue)", "layer")
      args["pass"] = .text(pass.rawValue)
    }
    return .complete(
      name, category, thread: thread, from: span.start, to: span.end, since: origin, args: args)
  }
}
