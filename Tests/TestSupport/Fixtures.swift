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
}
