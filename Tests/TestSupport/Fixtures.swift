import Foundation

/// The committed files that a test target keeps in its folder `Fixtures`.
public enum Fixtures {
  /// The absolute path of a fixture of the target that the calling file belongs to.
  public static func path(_ name: String, calledFrom file: String = #filePath) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().path + "/Fixtures/" + name
  }

  /// The bytes of a fixture of the target that the calling file belongs to.
  public static func bytes(_ name: String, calledFrom file: String = #filePath) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name, calledFrom: file))))
  }

  /// The values of a fixture that has one as JSON in each line.
  public static func lines<Value: Decodable>(
    _ name: String, as type: Value.Type, calledFrom file: String = #filePath
  ) throws -> [Value] {
    try String(contentsOfFile: path(name, calledFrom: file), encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(type, from: Data($0.utf8))
    }
  }
}
