import Augmentation
import Foundation
import FolderAugmentation
import Synchronization
import Testing

@Suite("Transforms that some images do not get")
struct ExclusionTests {
  private static let recipe = AugmentationRecipe {
    HorizontalFlip(probability: 1)
    Rotate(degrees: 10...20)
  }

  @Test(
    "by class, by pattern below the split, by pattern of the whole path",
    arguments: ["6", "6/*", "train/6/*"])
  func pattern(text: String) throws {
    let folders = try SmallFolders(["train/6/a.png", "train/9/a.png"])
    var work = folders.work(recipe: Self.recipe, copies: 1)
    work.exclusions = [Exclusion(transform: "horizontal_flip", pattern: text)]
    _ = try work.run()
    let (six, nine) = (try folders.manifest()[0], try folders.manifest()[1])
    #expect(Self.transforms(six) == ["rotate"])
    #expect(Self.transforms(nine) == ["horizontal_flip", "rotate"])
  }

  @Test("the others' draws stay")
  func draws() throws {
    let folders = try SmallFolders(["6/a.png", "9/a.png"])
    _ = try folders.work("all", recipe: Self.recipe, copies: 1).run()
    var work = folders.work(recipe: Self.recipe, copies: 1)
    work.exclusions = [Exclusion(transform: "horizontal_flip", pattern: "6")]
    _ = try work.run()
    #expect(try Self.angle(folders.manifest(in: "all")[0]) == Self.angle(folders.manifest()[0]))
  }

  @Test("what excludes nothing is an error")
  func nothing() throws {
    let folders = try SmallFolders()
    var work = folders.work(recipe: Self.recipe)
    work.exclusions = [Exclusion(transform: "vertical_flip", pattern: "cat")]
    #expect(
      throws: FolderAugmentationError.notInRecipe(
        exclusion: "vertical-flip:cat", recipe: ["horizontal_flip", "rotate"])
    ) { try work.run() }
    work.exclusions = [Exclusion(transform: "rotate", pattern: "bird/*")]
    #expect(throws: FolderAugmentationError.fitsNothing(exclusion: "rotate:bird/*")) { try work.run() }
  }

  @Test(
    "as text",
    arguments: [("vertical-flip:digits/*", true), ("vertical_flip:a:b", true), (":x", false), ("x", false)])
  func text(text: String, isOne: Bool) {
    let exclusion = Exclusion(text)
    #expect((exclusion != nil) == isOne)
    if isOne { #expect(exclusion?.transform == "vertical_flip") }
  }

  @Test("classes whose meaning a transform may change are named, unless it is excluded there")
  func warnings() throws {
    let folders = try SmallFolders(["6/a.png", "cat/a.png", "turn left/a.png"])
    #expect(
      try Self.warnings(folders.work(recipe: Self.recipe, copies: 1)).map { $0.prefix(50) } == [
        "horizontal_flip may change what classes named for ",
        "horizontal_flip may change what classes named for ",
      ])
    var work = folders.work("other", recipe: Self.recipe, copies: 1)
    work.exclusions = [
      Exclusion(transform: "horizontal_flip", pattern: "6"),
      Exclusion(transform: "horizontal_flip", pattern: "turn*"),
    ]
    #expect(try Self.warnings(work).isEmpty)
    let wide = AugmentationRecipe { Rotate(degrees: 90) }
    let said = try Self.warnings(folders.work("wide", recipe: wide, copies: 1))
    #expect(said.count == 2 && said[0].contains("(6)") && said[1].contains("(turn left)"))
    #expect(said[0].contains("--exclude 'rotate:6'"))
  }

  private static func warnings(_ work: FolderAugmentation) throws -> [String] {
    let said = Mutex<[String]>([])
    _ = try work.run(observer: AugmentationObserver(warning: { text in said.withLock { $0.append(text) } }))
    return said.withLock { $0 }
  }

  private static func steps(_ line: [String: Any]) -> [[String: Any]] {
    (line["plan"] as? [String: Any])?["steps"] as? [[String: Any]] ?? []
  }

  private static func transforms(_ line: [String: Any]) -> [String] {
    steps(line).compactMap { $0["transform"] as? String }
  }

  private static func angle(_ line: [String: Any]) throws -> Double {
    let rotate = try #require(steps(line).first { $0["transform"] as? String == "rotate" })
    return try #require((rotate["plan"] as? [String: Any])?["degrees"] as? Double)
  }
}
