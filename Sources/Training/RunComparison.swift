import Foundation

/// How two runs compare, step by step, and what they were made of.
public struct RunComparison: Codable, Sendable {
  /// The result.
  public enum Outcome: String, Codable, Sendable {
    /// The same bits in every step, and as many steps.
    case equal
    /// The same bits, but the second run has more steps.
    case firstIsPrefix = "first-is-prefix"
    /// The same bits, but the first run has more steps.
    case secondIsPrefix = "second-is-prefix"
    /// They part.
    case different
  }

  /// Something that the two runs were not made of alike.
  public struct Fact: Codable, Equatable, Sendable {
    /// An option's name, `training images`, `versions.convoy`, and the like.
    public var name: String
    /// What the first run has; nil where it has nothing of the kind.
    public var first: String?
    /// What the second run has.
    public var second: String?
    /// Whether the result depends on it.
    public var matters: Bool
  }

  /// The run folders.
  public var runs: [String]
  /// The result.
  public var outcome: Outcome
  /// Steps that are the same from the beginning.
  public var steps: Int
  /// Where they part.
  public var parting: Parting?
  /// What they were not made of alike, those first that the result depends on.
  public var facts: [Fact]
  /// SHA-256 of the weights at the end of each; nil for a run that is not at its end.
  public var weightsSHA256: [String?]

  /// Compares two run folders.
  ///
  /// Throws ``TrainingError/missing(path:what:)`` and ``TrainingError/unreadableDocument(path:reason:)``.
  public init(_ first: String, _ second: String) throws {
    let folders = [first, second].map(RunFolder.init(path:))
    (steps, outcome, parting) = try StepLogPair(folders[0], folders[1]).compare()
    let records = try folders.map(RunFacts.init)
    runs = [first, second]
    weightsSHA256 = records.map(\.weightsSHA256)
    let names = Set(records[0].values.keys).union(records[1].values.keys).sorted()
    var facts = names.compactMap { name -> Fact? in
      let (one, other) = (records[0].values[name], records[1].values[name])
      return one == other ? nil : Fact(name: name, first: one, second: other, matters: RunFacts.matters(name))
    }
    for index in facts.indices where facts[index].name.hasSuffix(" images") {
      facts[index].explain(folders)
    }
    self.facts = facts.filter(\.matters) + facts.filter { !$0.matters }
  }
}

extension RunComparison.Fact {
  /// Names files in the place of fingerprints, where the lists of files are there.
  fileprivate mutating func explain(_ folders: [RunFolder]) {
    let split = String(name.dropLast(" images".count))
    let lists = folders.compactMap { folder in
      (try? String(contentsOfFile: folder.files, encoding: .utf8)).flatMap {
        FileList.manifest(of: split, classes: [], in: $0)
      }
    }
    guard lists.count == 2 else { return }
    let difference = lists[1].difference(from: lists[0])
    let parts = ResumeDifference.texts(of: difference)
    if !parts.isEmpty { second = "\(second ?? ""): \(parts.joined(separator: ", "))" }
  }
}

/// What a run's `run.json` says that it was made of.
private struct RunFacts {
  /// Options by their names, `versions.…`, `machine.…`, `… images` (fingerprints).
  var values: [String: String] = [:]
  var weightsSHA256: String?

  init(_ folder: RunFolder) throws(TrainingError) {
    guard FileManager.default.fileExists(atPath: folder.record) else {
      throw .missing(path: folder.record, what: "record of a run")
    }
    let root: [String: Any]
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.record))
      root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    } catch {
      throw .unreadableDocument(path: folder.record, reason: DecodingReason.of(error))
    }
    func members(_ key: String) -> [String: Any] { root[key] as? [String: Any] ?? [:] }
    for (key, value) in members("configuration") { values[key] = Self.text(value) }
    for (key, value) in members("versions") { values["versions.\(key)"] = Self.text(value) }
    for (key, value) in members("machine") { values["machine.\(key)"] = Self.text(value) }
    for (key, value) in members("fingerprints") { values["\(key) images"] = Self.text(value) }
    values["kernels"] = members("summary")["kernelLibrary"].map(Self.text)
    if let changes = root["changes"] as? [Any], !changes.isEmpty { values["changes"] = Self.text(changes) }
    let result = members("result")
    if result["outcome"] as? String == RunResult.Outcome.completed.rawValue {
      weightsSHA256 = result["weightsSHA256"] as? String
    }
  }

  /// Whether a result depends on a fact. The instruction set is that of the kernels; the rest of a machine is not.
  static func matters(_ name: String) -> Bool {
    if let option = RunOption.all.first(where: { $0.key.rawValue == name }) { return option.isPartOfResult }
    return name == "machine.instructions" || !name.hasPrefix("machine.") && name != "versions.swift"
  }

  private static func text(_ value: Any) -> String {
    if let text = value as? String { return text }
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
  }
}
