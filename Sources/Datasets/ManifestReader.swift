import Foundation
import Randomness

/// Reads manifests: lists of images with their classes.
///
/// A CSV file (`.csv`) whose first line names the columns `path`, `label`, and as wanted `split` and `weight`, in any
/// order and beside others; or JSON lines (`.jsonl`, `.ndjson`), objects with these keys. Paths are relative to the
/// manifest's folder.
struct ManifestReader {
  private let rules: FolderRules
  /// Whether a file that is not there is an error; else it is found when it is read.
  private let checksFiles: Bool

  init(_ rules: FolderRules, checksFiles: Bool = true) {
    self.rules = rules
    self.checksFiles = checksFiles
  }

  /// A line of a manifest.
  private struct Row {
    let line: Int
    let path: String
    let label: String
    let split: String
    let weight: Float
  }

  private static let extensions = [".csv", ".jsonl", ".ndjson"]

  /// Whether a file is a manifest, by its name.
  static func isManifest(_ path: String) -> Bool {
    let name = path.lowercased()
    return extensions.contains { name.hasSuffix($0) } && FolderListing.isFile(path)
  }

  /// The images of each split, in code point order; nil is those without one.
  /// - Throws: `DatasetError.badLine`, and those of reading a file.
  func read(_ path: String) throws(DatasetError) -> [(split: SplitName?, part: ImageFolder)] {
    let bytes = try TextFile.bytes(of: path)
    let rows = try path.lowercased().hasSuffix(".csv") ? table(bytes, path) : jsonLines(bytes, path)
    var parts: [SplitName?: Part] = [:]
    var lines: [UInt64: Int] = [:]
    let base = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/"
    for row in rows {
      var split: SplitName?
      if !row.split.isEmpty {
        split = SplitName(row.split)
        if split == nil {
          throw .badLine(
            path: path, line: row.line, reason: "no such split: \"\(row.split)\"; expected train, val or test"
          )
        }
      }
      let image = parts[split, default: Part()].add(row, base: base, rules)
      if checksFiles, !FolderListing.isFile(image.path) {
        throw .badLine(path: path, line: row.line, reason: "no such file: \(row.path)")
      }
      if let earlier = lines.updateValue(row.line, forKey: image.identity) {
        throw .badLine(path: path, line: row.line, reason: "\(row.path) is in line \(earlier) already")
      }
    }
    let order: [SplitName?] = [nil] + SplitName.allCases.map(Optional.some)
    return order.compactMap { split in parts[split].map { (split, $0.folder(root: path)) } }
  }

  /// The images of a split as they are met.
  private struct Part {
    private struct Folder {
      let path, relativePath: String
      var names: [UInt8] = []
    }

    /// A row: its folder, and where its name is among the folder's.
    private struct Image {
      let folder: Int
      let name: Range<Int>
      let label: Int
      let weight: Float
    }

    private var images: [Image] = []
    private var folders: [Folder] = []
    private var places: [Substring: Int] = [:]
    private var classes: [String] = []
    private var labels: [String: Int] = [:]

    mutating func add(_ row: Row, base: String, _ rules: FolderRules) -> (path: String, identity: UInt64) {
      let written = row.path.hasPrefix("./") ? row.path.dropFirst(2) : row.path[...]
      let slash = written.lastIndex(of: "/").map { written.index(after: $0) } ?? written.startIndex
      let parent = written[..<slash]
      let place = places[parent] ?? folders.count
      if place == folders.count {
        places[parent] = place
        folders.append(
          Folder(path: (parent.hasPrefix("/") ? "" : base) + parent, relativePath: String(parent)))
      }
      let name = rules.className(of: row.label)
      let label = labels[name] ?? classes.count
      if label == classes.count {
        labels[name] = label
        classes.append(name)
      }
      let start = folders[place].names.count
      folders[place].names += written[slash...].utf8
      images.append(
        Image(folder: place, name: start..<folders[place].names.count, label: label, weight: row.weight))
      return (folders[place].path + written[slash...], StableHash.of(String(written)))
    }

    func folder(root: String) -> ImageFolder {
      let folders = folders.map {
        SampleFolder(path: $0.path, relativePath: $0.relativePath, names: $0.names)
      }
      let samples = images.map {
        ImageSample(in: folders[$0.folder], name: $0.name, label: $0.label, weight: $0.weight)
      }
      let ordered = samples.sorted { $0.relativePath.precedesByCodePoint($1.relativePath) }
      var folder = ImageFolder(root: root, classes: classes, samples: ordered, warnings: [])
      folder.sortClasses()
      return folder
    }
  }
}

// MARK: - The two forms

extension ManifestReader {
  private func table(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> [Row] {
    var records = CSVRecords(bytes)
    guard let header = records.next() else { throw .badLine(path: path, line: nil, reason: Self.noLines) }
    let names = header.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    var columns: [String: Int] = [:]
    for (column, name) in names.enumerated() where columns.updateValue(column, forKey: name) != nil {
      throw .badLine(path: path, line: header.line, reason: "there are two columns \"\(name)\"")
    }
    for name in ["path", "label"] where columns[name] == nil {
      throw .badLine(
        path: path, line: header.line,
        reason: "no column \"\(name)\"; expected a first line such as path,label,split,weight")
    }
    var rows: [Row] = []
    while let record = records.next() {
      guard record.fields.count == names.count else {
        throw .badLine(
          path: path, line: record.line,
          reason: "expected \(names.count) fields, as in the first line, not \(record.fields.count)")
      }
      func field(_ name: String) -> String? { columns[name].map { record.fields[$0] } }
      let weight = field("weight") ?? ""
      rows.append(
        try row(
          record.line, in: path, file: field("path"), label: field("label"), split: field("split"),
          weight: weight.isEmpty ? 1 : Float(weight) ?? .nan))
    }
    return rows
  }

  /// An object of a line.
  private struct Object: Decodable {
    let path: String?
    let label: Label?
    let split: String?
    let weight: Float?

    /// A text, or a whole number as people write who number their classes.
    struct Label: Decodable {
      let text: String

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try (try? String(container.decode(Int.self))) ?? container.decode(String.self)
      }
    }
  }

  private func jsonLines(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> [Row] {
    var rows: [Row] = []
    let decoder = JSONDecoder()
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, text) in lines.enumerated() where !text.allSatisfy({ $0 <= 0x20 }) {
      let object: Object
      do {
        object = try decoder.decode(Object.self, from: Data(text))
      } catch {
        throw .badLine(
          path: path, line: index + 1,
          reason: "expected an object such as {\"path\": \"cat/1.png\", \"label\": \"cat\"}")
      }
      for (name, isThere) in [("path", object.path != nil), ("label", object.label != nil)] where !isThere {
        throw .badLine(path: path, line: index + 1, reason: "no \"\(name)\"")
      }
      rows.append(
        try row(
          index + 1, in: path, file: object.path, label: object.label?.text, split: object.split,
          weight: object.weight ?? 1))
    }
    if rows.isEmpty { throw .badLine(path: path, line: nil, reason: Self.noLines) }
    return rows
  }

  private func row(
    _ line: Int, in path: String, file: String?, label: String?, split: String?, weight: Float
  ) throws(DatasetError) -> Row {
    func trimmed(_ text: String?) -> String { (text ?? "").trimmingCharacters(in: .whitespaces) }
    let row = Row(
      line: line, path: file ?? "", label: trimmed(label), split: trimmed(split), weight: weight)
    if row.path.isEmpty { throw .badLine(path: path, line: line, reason: "the path is empty") }
    if row.label.isEmpty { throw .badLine(path: path, line: line, reason: "the label is empty") }
    guard weight.isFinite, weight >= 0 else {
      throw .badLine(path: path, line: line, reason: "the weight must be a number from 0")
    }
    return row
  }

  private static let noLines = "no images listed"
}
