import Augmentation
import Foundation
import FolderAugmentation
import TestSupport
import Testing

@Suite("Bad input")
struct BadInputTests {
  @Test(
    "an output that is the input or lies in it, by any name",
    arguments: ["in", "in/cat/out", "link/new/out", "in/../in/x"])
  func inside(output: String) throws {
    let folders = try SmallFolders()
    try folders.folder.link("link", to: "in")
    let work = folders.work(output)
    #expect(
      throws: FolderAugmentationError.outputInsideInput(output: work.output, input: work.input)
    ) { try work.run() }
    #expect(try folders.files(in: "in").count == 5)
  }

  @Test("an output beside the input whose name begins alike is none")
  func beside() throws {
    let folders = try SmallFolders()
    #expect(try folders.work("in-more", copies: 1).run().made == 5)
  }

  @Test("an empty recipe")
  func emptyRecipe() throws {
    let folders = try SmallFolders()
    #expect(throws: FolderAugmentationError.emptyRecipe) { try folders.work(recipe: .none).run() }
    #expect(!FileManager.default.fileExists(atPath: folders.folder.path(of: "out")))
  }

  @Test("a crop larger than an image names the image")
  func crop() throws {
    let folders = try SmallFolders()
    let work = folders.work(recipe: AugmentationRecipe { RandomCrop(8) })
    let error = #expect(throws: FolderAugmentationError.self) { try work.run() }
    #expect(error?.description.contains("in/cat/a.png: random_crop: a crop of 8x8 is larger than") == true)
  }

  @Test("a file that is in the way stays, unless it may be replaced")
  func inTheWay() throws {
    let folders = try SmallFolders()
    _ = try folders.work("whole").run()
    let mine = try folders.folder.write(file: "out/cat/a-1.png", text: "mine")
    var work = folders.work()
    #expect(
      throws: FolderAugmentationError.outputExists(
        path: mine, reason: "is there already and was not made by this command")
    ) { try work.run() }
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
    work.overwrites = true
    _ = try work.run()
    #expect(try folders.files() == folders.files(in: "whole"))
  }

  @Test("another recipe, seed or format over what is there")
  func another() throws {
    let folders = try SmallFolders()
    _ = try folders.work().run()
    var work = folders.work()
    work.seed = 1
    let error = #expect(throws: FolderAugmentationError.self) { try work.run() }
    #expect(error?.description.contains("was made by another recipe, seed or format") == true)
    work.overwrites = true
    _ = try work.run()
    var fresh = folders.work("fresh")
    fresh.seed = 1
    _ = try fresh.run()
    #expect(try folders.files() == folders.files(in: "fresh"))
  }

  @Test("a source that has changed since is named, going on and in a replay")
  func changedSource() throws {
    let folders = try SmallFolders()
    _ = try folders.work().run()
    try folders.write("dog/c.png", shade: 77)
    let source = folders.input + "/dog/c.png"
    let manifest = folders.folder.path(of: "out/manifest.jsonl")
    var work = folders.work()
    #expect(throws: FolderAugmentationError.sourceChanged(path: source, manifest: manifest)) {
      try work.run()
    }
    let replay = FolderReplay(
      manifest: manifest, input: folders.input, output: folders.folder.path(of: "again"))
    #expect(throws: FolderAugmentationError.sourceChanged(path: source, manifest: manifest)) {
      try replay.run()
    }
    work.overwrites = true
    _ = try work.run()
    _ = try folders.work("fresh").run()
    #expect(try folders.files() == folders.files(in: "fresh"))
  }

  @Test("a source that is gone is named in a replay")
  func missingSource() throws {
    let folders = try SmallFolders()
    _ = try folders.work().run()
    try FileManager.default.removeItem(atPath: folders.input + "/dog/c.png")
    let replay = FolderReplay(
      manifest: folders.folder.path(of: "out/manifest.jsonl"), input: folders.input,
      output: folders.folder.path(of: "again"))
    let error = #expect(throws: FolderAugmentationError.self) { try replay.run() }
    #expect(error?.description.contains("in/dog/c.png: no such file (it is named in ") == true)
  }

  @Test("no image that can be read")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    try folder.write(file: "in/a/1.png", text: "no image")
    try folder.write(file: "in/b/1.png", text: "nor this")
    let work = FolderAugmentation(
      input: folder.path(of: "in"), output: folder.path(of: "out"), recipe: SmallFolders.recipe)
    let error = #expect(throws: FolderAugmentationError.self) { try work.run() }
    #expect(error?.description.contains("none of its 2 images can be read") == true)
  }

  @Test("numbers out of their range", arguments: [Amount.copies(0), .balance(-1)])
  func amounts(amount: Amount) throws {
    let folders = try SmallFolders()
    var work = folders.work()
    work.amount = amount
    #expect(throws: FolderAugmentationError.self) { try work.run() }
  }

  @Test("an output that another run is writing")
  func locked() throws {
    let folders = try SmallFolders()
    let work = folders.work()
    let inner = Outcome()
    _ = try work.run(
      observer: AugmentationObserver(progress: { done, _ in
        guard done == 0 else { return }
        inner.note { _ = try work.run() }
      }))
    #expect(inner.error.contains("another process is writing this folder"))
  }
}
