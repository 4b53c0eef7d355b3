import Augmentation
import Foundation

/// One line of a manifest: what a file was made of and how, enough to make it again and to check it.
///
/// ```json
/// {"encoding":{"format":"png"},"key":{"copy":1,"epoch":0,"sample":1,"seed":0},"output":"train/cat/a-1.png",
///  "output-sha256":"…","plan":{"size":…,"steps":[…]},"source":"train/cat/a.jpg","source-sha256":"…"}
/// ```
public struct ManifestEntry: Codable, Equatable, Sendable {
  /// The image that it was made of: the path below the folder that was read.
  public let source: String
  /// The SHA-256 of that file, in hexadecimal.
  public let sourceSHA256: String
  /// What the draws depended on; nil for an original that was copied as it is.
  public let key: SampleKey?
  /// What was done, every parameter drawn; nil for an original.
  public let plan: RecipePlan?
  /// How it is written; nil for an original.
  public let encoding: ImageEncoding?
  /// The file: its path below the folder that was written.
  public let output: String
  /// The SHA-256 of that file, in hexadecimal.
  public let outputSHA256: String

  /// The names of the fields.
  public enum CodingKeys: String, CodingKey {
    case source, key, plan, encoding, output
    case sourceSHA256 = "source-sha256"
    case outputSHA256 = "output-sha256"
  }

  var place: ManifestPlace {
    ManifestPlace(source: FilePath(source), copy: key?.copy ?? 0, output: FilePath(output))
  }

  /// The line, without its end: keys in code point order, so that lines compare.
  func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads a line. Throws what is wrong with it, also paths that leave their folder.
  init(line: some StringProtocol) throws {
    self = try JSONDecoder().decode(ManifestEntry.self, from: Data(line.utf8))
    for path in [source, output] where !FilePath.staysBelow(path) {
      throw ManifestFault(reason: "the path '\(path)' leaves its folder")
    }
    guard (plan == nil) == (encoding == nil), (plan == nil) == (key == nil) else {
      throw ManifestFault(reason: "a key, a plan and an encoding belong together")
    }
  }

  init(
    source: String, sourceSHA256: String, key: SampleKey?, plan: RecipePlan?, encoding: ImageEncoding?,
    output: String, outputSHA256: String
  ) {
    self.source = source
    self.sourceSHA256 = sourceSHA256
    self.key = key
    self.plan = plan
    self.encoding = encoding
    self.output = output
    self.outputSHA256 = outputSHA256
  }
}

/// Where a line stands in a manifest: by source, originals first, then by copy.
struct ManifestPlace: Comparable {
  let source: FilePath
  let copy: UInt32
  let output: FilePath

  static func < (a: ManifestPlace, b: ManifestPlace) -> Bool {
    a.source != b.source ? a.source < b.source : a.copy != b.copy ? a.copy < b.copy : a.output < b.output
  }
}

/// What is wrong with a manifest's line beside its JSON.
struct ManifestFault: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
