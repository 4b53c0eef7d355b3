import Datasets
import Foundation

/// `files.tsv`: the images that a run learns from and is judged by, so that a later resume can name what changed.
///
/// A line for each, `split TAB bytes TAB ending TAB path`: the size, and a hash of the file's last bytes where that
/// was looked at. In a path `\t`, `\n`, `\r` and `\\` stand for themselves.
enum FileList {
  static let header = "split\tbytes\tending\tpath"

  /// The file's text.
  static func text(_ manifests: [(split: String, manifest: FolderManifest)]) -> String {
    var text = header + "\n"
    for (split, manifest) in manifests {
      for file in manifest.files {
        let ending = file.ending.map { String($0, radix: 16) } ?? ""
        text += "\(split)\t\(file.bytes)\t\(ending)\t\(escaped(file.path))\n"
      }
    }
    return text
  }

  /// The files of a split that a text lists; nil where it is not such a text.
  /// - Parameter classes: those of the manifest, which the text does not list.
  static func manifest(of split: String, classes: [String], in text: String) -> FolderManifest? {
    // By bytes: as characters, a path that begins with a combining mark would swallow the tab before it.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, first.elementsEqual(header.utf8) else { return nil }
    var files: [FolderManifest.File] = []
    for line in lines.dropFirst() {
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard fields.count == 4, let bytes = Int(String(fields[1]) ?? "") else { return nil }
      if !fields[0].elementsEqual(split.utf8) { continue }
      let ending = UInt64(String(fields[2]) ?? "", radix: 16)
      files.append(FolderManifest.File(path: unescaped(fields[3]), bytes: bytes, ending: ending))
    }
    return FolderManifest(classes: classes, files: files)
  }

  /// The files of a split that a file lists; nil where it cannot be read.
  static func manifest(of split: String, classes: [String], inFile path: String) -> FolderManifest? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return manifest(of: split, classes: classes, in: text)
  }

  /// What stands in a path for a byte that would end a field or line.
  private static let escapes: [(byte: UInt8, letter: UInt8)] = [
    (UInt8(ascii: "\\"), UInt8(ascii: "\\")), (UInt8(ascii: "\t"), UInt8(ascii: "t")),
    (UInt8(ascii: "\n"), UInt8(ascii: "n")), (UInt8(ascii: "\r"), UInt8(ascii: "r")),
  ]

  private static func escaped(_ path: String) -> String {
    guard path.utf8.contains(where: { byte in escapes.contains { $0.byte == byte } }) else { return path }
    let bytes = path.utf8.flatMap { byte in
      escapes.first { $0.byte == byte }.map { [UInt8(ascii: "\\"), $0.letter] } ?? [byte]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func unescaped(_ field: Substring.UTF8View) -> String {
    var (bytes, isEscape): ([UInt8], Bool) = ([], false)
    for byte in field {
      if isEscape {
        bytes.append(escapes.first { $0.letter == byte }?.byte ?? byte)
        isEscape = false
      } else if byte == UInt8(ascii: "\\") {
        isEscape = true
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
