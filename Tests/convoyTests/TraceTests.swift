import Foundation
import TestSupport
import Testing

/// A trace against the rules of Chrome's trace format.
@Suite("Trace")
struct TraceTests {
  private struct File: Decodable {
    let traceEvents: [Event]
    let displayTimeUnit: String
  }

  private struct Event: Decodable {
    let name, cat, ph: String
    let ts, dur: Double?
    let pid, tid: Int
  }

  @Test("phases, steps, shards, layers and chunks of every thread, properly nested")
  func trace() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let path = folder.path(of: "trace.json")
    let outcome = try ConvoyBinary.run([
      "profile", data, "--workers", "1,2", "--trials", "1", "--seconds", "0.1", "--batch-size", "8",
      "--trace",
      path,
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let file = try JSONDecoder().decode(File.self, from: bytes)
    #expect(["ms", "ns"].contains(file.displayTimeUnit))
    #expect(Set(file.traceEvents.map(\.ph)) == ["X", "M"])
    let raw = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    let events = try #require(raw["traceEvents"] as? [[String: Any]])
    for event in events where event["ph"] as? String == "M" {
      let args = try #require(event["args"] as? [String: Any])
      if (event["name"] as? String)?.hasSuffix("_name") == true { #expect(args["name"] is String) }
      if (event["name"] as? String)?.hasSuffix("_index") == true { #expect(args["sort_index"] is Int) }
    }
    let threads = Dictionary(grouping: file.traceEvents) { [$0.pid, $0.tid] }
    for (thread, events) in threads { check(events, thread) }
    for workers in [1, 2] {
      let names = events.filter { $0["pid"] as? Int == workers && $0["name"] as? String == "thread_name" }
        .compactMap { ($0["args"] as? [String: Any])?["name"] as? String }
      let expected = ["training loop"] + (0..<workers).map { "worker \($0)" }
      #expect(Array(names.prefix(workers + 1)) == expected)
      #expect(names.contains("loader 0"))
      let categories = Set(file.traceEvents.filter { $0.pid == workers }.map(\.cat))
      #expect(categories == ["__metadata", "loading", "step", "shard", "layer", "phase"])
    }
  }

  /// Times are there and rise; an event lies within the one that is open, or after it.
  private func check(_ events: [Event], _ thread: [Int]) {
    var open: [(start: Double, end: Double)] = []
    var last = 0.0
    for event in events where event.ph == "X" {
      guard let start = event.ts, let duration = event.dur else {
        Issue.record("\(event.name) of \(thread) has no time")
        continue
      }
      #expect(start >= last && duration >= 0, "\(event.name) of \(thread)")
      last = start
      // Rounding to nanoseconds as decimals of microseconds.
      while let top = open.last, top.end <= start + 1e-6 { open.removeLast() }
      if let top = open.last { #expect(start + duration <= top.end + 1e-6, "\(event.name) of \(thread)") }
      open.append((start, start + duration))
    }
  }
}
