import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct ListingCacheTests {
  private let folder: TemporaryFolder
  private var options = FolderOptions()

  init() throws {
    folder = try TemporaryFolder()
    for file in ["data/a/1.png", "data/b/1.png", "data/b/deep/1.png"] {
      try folder.write(file: file, bytes: [])
    }
    options.indexCache = .file(folder.path(of: "cache/index"))
    for name in ["data", "data/a", "data/b", "data/b/deep"] { try age(name, seconds: 100) }
  }

  /// As if the last change had been so long ago.
  private func age(_ name: String, seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: folder.path(of: name))
  }

  private func paths() throws -> [String] {
    try ImageFolder.index(root: folder.path(of: "data"), options: options).samples.map(\.relativePath)
  }

  @Test func isUsedWhileTheTimeIsTheSame() throws {
    let first = try paths()
    #expect(first == ["a/1.png", "b/1.png", "b/deep/1.png"])
    try folder.write(file: "data/a/2.png", bytes: [])
    try age("data/a", seconds: 90)
    #expect(try paths() == ["a/1.png", "a/2.png", "b/1.png", "b/deep/1.png"])
    // The time set back to what it was: only the cache can say that there is one file.
    let date = try #require(
      try FileManager.default.attributesOfItem(atPath: folder.path(of: "data/a"))[.modificationDate] as? Date)
    try folder.write(file: "data/a/3.png", bytes: [])
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.path(of: "data/a"))
    #expect(try paths() == ["a/1.png", "a/2.png", "b/1.png", "b/deep/1.png"])
  }

  @Test func aFolderThatJustChangedIsListedAnew() throws {
    try folder.write(file: "data/a/2.png", bytes: [])  // its time is now
    let date = try FileManager.default.attributesOfItem(atPath: folder.path(of: "data/a"))[.modificationDate]
    _ = try paths()
    try folder.write(file: "data/a/3.png", bytes: [])
    try FileManager.default.setAttributes(
      [.modificationDate: try #require(date as? Date)], ofItemAtPath: folder.path(of: "data/a"))
    #expect(try paths().contains("a/3.png"))
  }

  @Test func aDamagedFileCountsAsNone() throws {
    let first = try paths()
    let file = folder.path(of: "cache/index")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    for place in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[place] ^= 0x41
      try Data(damaged).write(to: URL(fileURLWithPath: file))
      #expect(try paths() == first)
      try Data(bytes.prefix(place)).write(to: URL(fileURLWithPath: file))
      #expect(try paths() == first)
    }
  }

  @Test func saysWhereItCannotBeWritten() throws {
    var options = options
    options.indexCache = .file(try folder.write(file: "file", bytes: []) + "/index")
    let warnings = try ImageFolder.index(root: folder.path(of: "data"), options: options).warnings
    #expect(warnings.count == 1 && warnings.allSatisfy { "\($0)".contains("the index cannot be kept") })
  }
}
