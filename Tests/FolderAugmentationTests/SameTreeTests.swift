import Augmentation
import Foundation
import FolderAugmentation
import ImageCodecs
import Testing

@Suite("The same tree, however it is made")
struct SameTreeTests {
  @Test("for any number of threads", arguments: [2, 7])
  func threads(count: Int) throws {
    let folders = try SmallFolders()
    var one = folders.work("one")
    one.threads = 1
    let report = try one.run()
    #expect(report.made == 15 && report.kept == 0 && report.images == 5)
    var several = folders.work("several")
    several.threads = count
    #expect(try several.run().manifestSHA256 == report.manifestSHA256)
    #expect(try folders.files(in: "several") == folders.files(in: "one"))
    #expect(try folders.files(in: "one").count == 16)
  }

  @Test("after a stop and going on")
  func stop() throws {
    let folders = try SmallFolders()
    _ = try folders.work("whole").run()
    let stop = StopRequest()
    var work = folders.work()
    work.threads = 1
    let stopped = try work.run(
      stop: stop, observer: AugmentationObserver(progress: { done, _ in if done >= 6 { stop.request() } }))
    #expect(stopped.isStopped && stopped.made == 6 && stopped.manifestSHA256 == nil)
    work.threads = 3
    let resumed = try work.run()
    #expect(resumed.made == 9 && resumed.kept == 6)
    #expect(try folders.files() == folders.files(in: "whole"))
  }

  @Test("after a kill: a line cut short, a file without its line, a file half written")
  func kill() throws {
    let folders = try SmallFolders()
    _ = try folders.work("whole").run()
    _ = try folders.work().run()
    let manifest = folders.folder.path(of: "out/manifest.jsonl")
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    let lines = text.split(separator: "\n")
    let rest = lines[..<4].reversed().joined(separator: "\n") + "\n" + lines[5].prefix(40)
    try folders.folder.write(file: "out/manifest.jsonl", text: rest)
    try FileManager.default.removeItem(atPath: folders.folder.path(of: "out/dog/d-3.png"))
    try folders.folder.write(file: "out/dog/d-3.png.partial", text: "half")
    let resumed = try folders.work().run()
    #expect(resumed.kept == 4 && resumed.made == 11)
    #expect(try folders.files() == folders.files(in: "whole"))
  }

  @Test("by its manifest, without the recipe")
  func replay() throws {
    let folders = try SmallFolders()
    var work = folders.work("one")
    work.encoding = .jpeg(quality: 80)
    work.keepsOriginals = true
    _ = try work.run()
    var replay = FolderReplay(
      manifest: folders.folder.path(of: "one/manifest.jsonl"), input: folders.input,
      output: folders.folder.path(of: "again"))
    replay.threads = 2
    let report = try replay.run()
    #expect(report.made == 20 && report.images == 5)
    #expect(try folders.files(in: "again") == folders.files(in: "one"))
    #expect(try replay.run().kept == 20)
  }

  @Test("a file more moves no other")
  func addition() throws {
    let folders = try SmallFolders()
    _ = try folders.work().run()
    let before = try folders.files().filter { $0.key != "manifest.jsonl" }
    try folders.write("cat/0.png", shade: 9)
    let report = try folders.work().run()
    #expect(report.made == 3 && report.kept == 15)
    let after = try folders.files()
    #expect(before.allSatisfy { after[$0.key] == $0.value })
    let sources = try folders.manifest().map { $0["source"] as? String ?? "" }
    #expect(sources == sources.sorted() && sources.first == "cat/0.png")
  }

  @Test("what is there is made anew where it is gone, and only that")
  func gone() throws {
    let folders = try SmallFolders()
    _ = try folders.work().run()
    let whole = try folders.files()
    try FileManager.default.removeItem(atPath: folders.folder.path(of: "out/cat/a-2.png"))
    let report = try folders.work().run()
    #expect(report.made == 1 && report.kept == 14)
    #expect(try folders.files() == whole)
  }

  @Test("verification finds nothing, and what was changed")
  func verification() throws {
    let folders = try SmallFolders()
    _ = try folders.work().run()
    let check = FolderVerification(input: folders.input, output: folders.folder.path(of: "out"))
    #expect(try check.run().differences.isEmpty)
    #expect(try check.run().files == 15)
    let before = try folders.files()
    try folders.folder.write(file: "out/cat/a-1.png", text: "no image")
    try FileManager.default.removeItem(atPath: folders.folder.path(of: "out/cat/a-2.png"))
    try folders.write("dog/c.png", shade: 50)
    let differences = try check.run().differences
    #expect(differences.count == 3)
    #expect(differences[0].hasSuffix("out/cat/a-1.png: has changed since it was made"))
    #expect(differences[1].hasSuffix("out/cat/a-2.png: no such file"))
    #expect(differences[2].contains("in/dog/c.png: has changed since"))
    #expect(before.count == 16)
  }
}
