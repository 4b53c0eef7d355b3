import Foundation
import TestSupport
import Testing

@testable import Interchange

@Suite struct AtomicFileTests {
  @Test func aFailureLeavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(of: "a.txt")
    try AtomicFile.write("old", to: path)
    #expect(throws: InterchangeError.writeFailed(path: path, reason: "enough")) {
      try AtomicFile.write(to: path) { (file) throws(InterchangeError) in
        try file.append([UInt8](repeating: 65, count: 100))
        throw .writeFailed(path: path, reason: "enough")
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.txt"])
  }

  @Test func namesWhatCannotBeCreated() throws {
    let path = "/nowhere/at/all.txt"
    #expect(throws: InterchangeError.cannotCreate(path: path, reason: "No such file or directory")) {
      try AtomicFile.write("text", to: path)
    }
  }

  @Test func namesWhatCannotBeReplaced() throws {
    let folder = try TemporaryFolder()
    let path = try folder.makeFolder("a/b")
    #expect(throws: InterchangeError.writeFailed(path: folder.path(of: "a"), reason: "Is a directory")) {
      try AtomicFile.write("text", to: folder.path(of: "a"))
    }
    #expect(FileManager.default.fileExists(atPath: path))
  }
}
