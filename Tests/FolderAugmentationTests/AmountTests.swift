import Augmentation
import Foundation
import FolderAugmentation
import ImageCodecs
import Testing

@Suite("How many images are made, and what they are called")
struct AmountTests {
  private static func counts(_ files: [String: Data]) -> [String: Int] {
    Dictionary(grouping: files.keys.filter { $0 != "manifest.jsonl" }) {
      ($0 as NSString).deletingLastPathComponent
    }.mapValues(\.count)
  }

  @Test("balance brings every class to the same number", arguments: [1, 2, 3, 7])
  func balance(count: Int) throws {
    let folders = try SmallFolders()
    var work = folders.work()
    work.amount = .balance(count)
    _ = try work.run()
    #expect(try Self.counts(folders.files()) == ["cat": count, "dog": count])
  }

  @Test("originals count, and stay as they are")
  func originals() throws {
    let folders = try SmallFolders()
    var work = folders.work()
    work.amount = .balance(3)
    work.keepsOriginals = true
    _ = try work.run()
    let (made, sources) = (try folders.files(), try folders.files(in: "in"))
    #expect(Self.counts(made) == ["cat": 3, "dog": 3])
    #expect(sources.allSatisfy { made[$0.key] == $0.value })
  }

  @Test("others of a class make up for an image that cannot be read, whatever was made before")
  func unreadable() throws {
    let folders = try SmallFolders()
    try folders.folder.write(file: "in/dog/broken.png", text: "no image")
    var work = folders.work()
    work.amount = .balance(8)
    let report = try work.run()
    #expect(report.skipped.map(\.path) == ["dog/broken.png"])
    #expect(report.skipped[0].reason.contains("in/dog/broken.png: is not an image"))
    #expect(try Self.counts(folders.files()) == ["cat": 8, "dog": 8])
    let again = try work.run()
    #expect(again.made == 0 && again.kept == 16)
  }

  @Test("only one split, and originals of all")
  func split() throws {
    let folders = try SmallFolders(["train/a/1.png", "train/b/1.png", "val/a/1.png", "val/b/1.png"])
    var work = folders.work(copies: 2)
    work.onlySplit = "train"
    _ = try work.run()
    #expect(try Self.counts(folders.files()) == ["train/a": 2, "train/b": 2])

    var whole = folders.work("whole", copies: 2)
    whole.onlySplit = "train"
    whole.keepsOriginals = true
    _ = try whole.run()
    #expect(
      try Self.counts(folders.files(in: "whole")) == ["train/a": 3, "train/b": 3, "val/a": 1, "val/b": 1])

    work.onlySplit = "test"
    #expect(
      throws: FolderAugmentationError.noSuchSplit(path: folders.input, name: "test", found: ["train", "val"])
    ) {
      try work.run()
    }
  }

  @Test("sources that differ in their endings alone keep them in the copies' names")
  func endings() throws {
    let folders = try SmallFolders(["c/a.png", "c/a.jpg", "c/b.png"])
    _ = try folders.work(copies: 1).run()
    #expect(
      try folders.files().keys.sorted() == ["c/a.jpg-1.png", "c/a.png-1.png", "c/b-1.png", "manifest.jsonl"])
  }

  @Test("a folder of images without classes")
  func flat() throws {
    let folders = try SmallFolders(["b.png", "a.png"])
    _ = try folders.work(copies: 1).run()
    #expect(try folders.files().keys.sorted() == ["a-1.png", "b-1.png", "manifest.jsonl"])
  }

  @Test("channels stay in PNG; JPEG has no alpha", arguments: [1, 3, 4])
  func channels(count: Int) throws {
    let folders = try SmallFolders(["c/a.png"])
    try folders.write("c/a.png", shade: 1, channels: count)
    _ = try folders.work(copies: 1).run()
    var jpeg = folders.work("jpeg", copies: 1)
    jpeg.encoding = .jpeg(quality: 95)
    _ = try jpeg.run()
    #expect(
      try ImageCodec.header(contentsOf: folders.folder.path(of: "out/c/a-1.png")).channels == count)
    #expect(
      try ImageCodec.header(contentsOf: folders.folder.path(of: "jpeg/c/a-1.jpg")).channels == min(count, 3))
  }
}
