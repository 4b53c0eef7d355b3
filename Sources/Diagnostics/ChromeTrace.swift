import Foundation

/// An event of a trace in Chrome's format, as Perfetto and chrome://tracing open it.
///
/// Source: "Trace Event Format", Google, JSON object format; complete (`X`) and metadata (`M`) events.
public struct TraceEvent: Codable, Equatable, Sendable {
  /// What an argument of an event can be.
  public enum Argument: Codable, Equatable, Sendable {
    case number(Int)
    case text(String)

    /// Reads a number or a text.
    public init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      self =
        if let number = try? value.decode(Int.self) { .number(number) } else {
          .text(try value.decode(String.self))
        }
    }

    /// Writes the number or the text alone.
    public func encode(to encoder: any Encoder) throws {
      var value = encoder.singleValueContainer()
      switch self {
      case .number(let number): try value.encode(number)
      case .text(let text): try value.encode(text)
      }
    }
  }

  /// What is shown, such as `layer1.0.conv1 convolution`.
  public var name: String
  /// Its category, to filter by.
  public var cat: String
  /// `X` for something with a duration, `M` for the name of a process or thread.
  public var ph: String
  /// Start and duration in microseconds; nil for metadata.
  public var ts, dur: Double?
  /// The process and the thread.
  public var pid, tid: Int
  /// More about it.
  public var args: [String: Argument]

  /// Something that lasted from `start` to `end`, in nanoseconds after the trace's beginning.
  static func complete(
    _ name: String, _ category: String, thread: Int, from start: UInt64, to end: UInt64, since origin: UInt64,
    args: [String: Argument] = [:]
  ) -> TraceEvent {
    TraceEvent(
      name: name, cat: category, ph: "X", ts: Double(start - origin) / 1e3, dur: Double(end - start) / 1e3,
      pid: 0, tid: thread, args: args)
  }

  /// The name of a thread, and its place among the others.
  static func thread(_ thread: Int, _ name: String) -> [TraceEvent] {
    [
      TraceEvent(
        name: "thread_name", cat: "__metadata", ph: "M", pid: 0, tid: thread, args: ["name": .text(name)]),
      TraceEvent(
        name: "thread_sort_index", cat: "__metadata", ph: "M", pid: 0, tid: thread,
        args: ["sort_index": .number(thread)]),
    ]
  }
}

/// What some steps of training did, on every thread, for each number of workers: a file for a trace viewer.
public struct ChromeTrace: Codable, Equatable, Sendable {
  /// The events: names first, then by thread and start.
  public var traceEvents: [TraceEvent]
  /// The unit in which a viewer shows times.
  public var displayTimeUnit = "ms"

  /// Puts the traces of several numbers of workers side by side, as processes that begin together.
  public init(_ parts: [(workers: Int, events: [TraceEvent])]) {
    traceEvents = parts.flatMap { workers, events in
      let names = ["process_name": "\(workers) \(workers == 1 ? "worker" : "workers")"].map { key, name in
        TraceEvent(
          name: key, cat: "__metadata", ph: "M", pid: workers, tid: 0, args: ["name": .text(name)])
      }
      return names
        + events.map { event in
          var event = event
          event.pid = workers
          return event
        }
    }
  }

  /// The file's text.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
