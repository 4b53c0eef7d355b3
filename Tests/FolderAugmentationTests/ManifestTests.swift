import Augmentation
import Foundation
import FolderAugmentation
import ImageCodecs
import Testing

@Suite("The manifest")
struct ManifestTests {
  @Test("a line says what a file was made of and how")
  func line() throws {
    let folders = try SmallFolders(["cat/a.png"])
    var work = folders.work(copies: 2)
    work.seed = 5
    _ = try work.run()
    let lines = try folders.manifest()
    #expect(lines.count == 2)
    let second = lines[1]
    #expect(second["source"] as? String == "cat/a.png")
    #expect(second["output"] as? String == "cat/a-2.png")
    #expect((second["source-sha256"] as? String)?.count == 64)
    let key = try #require(second["key"] as? [String: Any])
    #expect(key["seed"] as? Int == 5 && key["copy"] as? Int == 2 && key["epoch"] as? Int == 0)
    #expect(key["sample"] as? UInt64 == StableHash.of("cat/a.png"))
  }

  @Test("its plan makes the file")
  func plan() throws {
    let folders = try SmallFolders(["cat/a.png"])
    _ = try folders.work(copies: 1).run()
    let text = try String(contentsOfFile: folders.folder.path(of: "out/manifest.jsonl"), encoding: .utf8)
    let entry = try JSONDecoder().decode(ManifestEntry.self, from: Data(text.utf8))
    let source = try ImageCodec.decode(contentsOf: folders.input + "/" + entry.source)
    let output = try ImageCodec.decode(contentsOf: folders.folder.path(of: "out/" + entry.output))
    #expect(try entry.plan?.apply(to: source) == output)
    let key = try #require(entry.key)
    #expect(try SmallFolders.recipe.apply(to: source, key: key) == output)
  }

  @Test(
    "bad lines are named with their number",
    arguments: [
      ("no JSON", "no JSON object"), ("{}", "is missing"), ("[1]", "of another kind"),
    ])
  func bad(line: String, reason: String) throws {
    let folders = try SmallFolders(["cat/a.png"])
    _ = try folders.work(copies: 1).run()
    let text = try String(contentsOfFile: folders.folder.path(of: "out/manifest.jsonl"), encoding: .utf8)
    let path = try folders.folder.write(file: "bad.jsonl", text: text + line + "\n")
    let replay = FolderReplay(manifest: path, input: folders.input, output: folders.folder.path(of: "again"))
    let error = #expect(throws: FolderAugmentationError.self) { try replay.run() }
    #expect(error?.description.hasPrefix("\(path):2: not a line of a manifest: ") == true)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test(
    "paths that leave their folder are refused", arguments: ["../x.png", "/etc/x.png", "a/../../x.png", ""])
  func escape(path: String) throws {
    let folders = try SmallFolders(["cat/a.png"])
    _ = try folders.work(copies: 1).run()
    let text = try String(contentsOfFile: folders.folder.path(of: "out/manifest.jsonl"), encoding: .utf8)
    let bad = try folders.folder.write(
      file: "bad.jsonl", text: text.replacing("\"output\":\"cat/a-1.png\"", with: "\"output\":\"\(path)\""))
    let replay = FolderReplay(manifest: bad, input: folders.input, output: folders.folder.path(of: "again"))
    #expect(throws: FolderAugmentationError.self) { try replay.run() }
    #expect(!FileManager.default.fileExists(atPath: folders.folder.path(of: "x.png")))
  }
}
