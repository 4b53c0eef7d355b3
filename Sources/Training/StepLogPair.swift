import Foundation

/// The logs of steps of two runs, side by side.
struct StepLogPair {
  private let first, second: Data

  /// Opens `steps.csv` of two run folders.
  ///
  /// Throws ``TrainingError/missing(path:what:)`` and ``TrainingError/unreadableDocument(path:reason:)``.
  init(_ first: RunFolder, _ second: RunFolder) throws(TrainingError) {
    self.first = try Self.read(first)
    self.second = try Self.read(second)
  }

  private static func read(_ run: RunFolder) throws(TrainingError) -> Data {
    guard FileManager.default.fileExists(atPath: run.path) else {
      throw .missing(path: run.path, what: "run folder")
    }
    guard FileManager.default.fileExists(atPath: run.steps) else {
      throw .missing(path: run.steps, what: "log of steps")
    }
    do { return try Data(contentsOf: URL(fileURLWithPath: run.steps), options: .mappedIfSafe) } catch {
      throw .unreadableDocument(path: run.steps, reason: DecodingReason.of(error))
    }
  }

  /// How the two compare: rows are the same text exactly where the steps have the same bits.
  func compare() throws(TrainingError) -> (steps: Int, outcome: RunComparison.Outcome, parting: Parting?) {
    let common = commonLength()
    let start = first[..<common].lastIndex(of: Self.lineEnd).map { $0 + 1 } ?? 0
    let header = Self.fields(Self.line(of: first, from: 0))
    // Rows that both have whole and alike; the first line has the names.
    let rows = first[..<start].reduce(0) { $0 + ($1 == Self.lineEnd ? 1 : 0) }
    let steps = max(0, rows - 1)
    let (mine, yours) = (Self.line(of: first, from: start), Self.line(of: second, from: start))
    // A run that goes on, or was killed, may end in a part of a row.
    if mine == nil || yours == nil {
      return (
        steps, mine == nil && yours == nil ? .equal : mine == nil ? .firstIsPrefix : .secondIsPrefix, nil
      )
    }
    let parting = Parting(names: rows == 0 ? nil : header, Self.fields(mine), Self.fields(yours))
    return (steps, .different, parting)
  }

  private static let lineEnd = UInt8(ascii: "\n")

  /// Bytes from the beginning that are the same.
  private func commonLength() -> Int {
    let shorter = min(first.count, second.count)
    var start = 0
    while start < shorter {
      let end = min(start + 1 << 20, shorter)
      if first[start..<end] != second[start..<end] {
        return zip(first[start..<end], second[start..<end]).prefix { $0 == $1 }.count + start
      }
      start = end
    }
    return shorter
  }

  /// The line that begins at a byte; nil where no whole one does.
  private static func line(of data: Data, from start: Int) -> Data? {
    data[start...].firstIndex(of: lineEnd).map { data[start..<$0] }
  }

  private static func fields(_ line: Data?) -> [String] {
    line.map { String(decoding: $0, as: UTF8.self).split(separator: ",").map(String.init) } ?? []
  }
}

/// The first step at which two runs are not the same.
public struct Parting: Codable, Equatable, Sendable {
  /// Its number, counted from 1 at the run's beginning; nil where the runs do not log the same tensors or steps.
  public var step: Int?
  /// Its epoch, counted from 1.
  public var epoch: Int?
  /// What differs: `loss`, `lr`, `gradient_norm`, and the tensors in the network's order. For runs of other networks the names that
  /// only one of them has.
  public var columns: [String]
  /// The losses of both runs' steps.
  public var losses: [Double]

  /// The first tensor that differs.
  public var tensor: String? { tensors.first }

  /// The tensors that differ.
  public var tensors: [String] { columns.filter { !StepLog.facts.contains($0) } }

  /// From the first rows that differ.
  /// - Parameter names: of the columns; nil where the rows are the names.
  init(names: [String]?, _ first: [String], _ second: [String]) {
    guard let names, first.count == names.count, second.count == names.count, first[0] == second[0] else {
      let differing = first.filter { !second.contains($0) } + second.filter { !first.contains($0) }
      self.init(step: nil, epoch: nil, columns: names == nil ? differing : ["step"], losses: [])
      return
    }
    self.init(
      step: Int(first[0]), epoch: Int(first[1]),
      columns: names.indices.filter { first[$0] != second[$0] }.map { names[$0] },
      losses: [first[2], second[2]].compactMap(Double.init))
  }

  init(step: Int?, epoch: Int?, columns: [String], losses: [Double]) {
    self.step = step
    self.epoch = epoch
    self.columns = columns
    self.losses = losses
  }
}
