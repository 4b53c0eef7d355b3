import Foundation

/// The names of classes by the names of their folders, from a file.
///
/// The file is a CSV text of two columns, folder and class (a first line `folder,class` is passed over), or a JSON
/// object such as `{"n01440764": "tench"}`. Folders that it does not name keep their names, and several folders may
/// have one class.
public struct ClassMap: Equatable, Sendable {
  /// Where it is from.
  public let path: String
  private let names: [String: String]

  /// Reads a file.
  /// - Throws: `DatasetError.missingFile`, `.unreadableFile` or `.badLine`.
  public init(contentsOf path: String) throws(DatasetError) {
    self.path = path
    let bytes = try TextFile.bytes(of: path)
    let first = bytes.first { !Self.isBlank($0) }
    names = try first == UInt8(ascii: "{") ? Self.json(bytes, path) : Self.table(bytes, path)
  }

  /// The class of a folder.
  public subscript(folder: String) -> String { names[folder] ?? folder }

  /// The folders that it names, in code point order.
  public var folders: [String] { names.keys.sorted { $0.precedesByCodePoint($1) } }

  private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || [0xEF, 0xBB, 0xBF].contains(byte) }

  private static func json(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> [String: String] {
    let read: [String: String]
    do {
      read = try JSONDecoder().decode([String: String].self, from: Data(bytes))
    } catch {
      throw .badLine(
        path: path, line: nil, reason: "expected a JSON object of texts, such as {\"n01440764\": \"tench\"}")
    }
    var names: [String: String] = [:]
    for (folder, name) in read {
      if name.isEmpty { throw .badLine(path: path, line: nil, reason: "no class for folder \"\(folder)\"") }
      names[ClassName.composed(folder)] = ClassName.composed(name)
    }
    return names
  }

  private static func table(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> [String: String] {
    var names: [String: String] = [:]
    var lines: [String: Int] = [:]
    for (index, record) in CSVRecords(bytes).enumerated() {
      let fields = record.fields.map { $0.trimmingCharacters(in: .whitespaces) }
      if index == 0 && fields.map({ $0.lowercased() }) == ["folder", "class"] { continue }
      guard fields.count == 2, !fields[0].isEmpty, !fields[1].isEmpty else {
        throw .badLine(path: path, line: record.line, reason: "expected two columns, folder and class")
      }
      let folder = ClassName.composed(fields[0])
      if let earlier = lines[folder] {
        throw .badLine(
          path: path, line: record.line,
          reason: "folder \"\(fields[0])\" has a class already, in line \(earlier)"
        )
      }
      lines[folder] = record.line
      names[folder] = ClassName.composed(fields[1])
    }
    return names
  }
}

/// Names of classes, which are equal where they look alike.
enum ClassName {
  /// The composed form (NFC) of a name: file systems give either that or the decomposed one for the same letters.
  static func composed(_ name: String) -> String {
    name.utf8.allSatisfy { $0 < 0x80 } ? name : name.precomposedStringWithCanonicalMapping
  }
}

/// Files of text that people write.
enum TextFile {
  /// A file's bytes.
  /// - Throws: `DatasetError.missingFile` or `.unreadableFile`.
  static func bytes(of path: String) throws(DatasetError) -> [UInt8] {
    guard FileManager.default.fileExists(atPath: path) else { throw .missingFile(path: path) }
    // Foundation leaks a page for every empty file that it reads.
    if FolderListing.fileSize(of: path) == 0 { return [] }
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .unreadableFile(path: path, reason: SystemCause.of(error))
    }
  }
}
