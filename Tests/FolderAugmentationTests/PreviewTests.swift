import Augmentation
import Foundation
import FolderAugmentation
import ImageCodecs
import TestSupport
import Testing

@Suite("Contact sheets")
struct PreviewTests {
  @Test("copies are those that augmenting writes")
  func draws() throws {
    let folders = try SmallFolders(["train/cat/a.png", "train/dog/b.png"])
    var work = folders.work(copies: 3)
    work.seed = 4
    _ = try work.run()
    var preview = AugmentationPreview(input: folders.input)
    preview.seed = 4
    let sheet = try preview.draws(of: SmallFolders.recipe, named: "mine", copies: 3)
    #expect(sheet.title == "mine, seed 4")
    #expect(sheet.rows.map(\.title) == ["train/cat/a.png", "train/dog/b.png"])
    let written = try ImageCodec.decode(contentsOf: folders.folder.path(of: "out/train/dog/b-2.png"))
    #expect(sheet.rows[1].cells.count == 4 && sheet.rows[1].cells[2].image == written)

    // An image alone, whatever the path to it, has the draws that it has in its data set.
    var single = AugmentationPreview(input: folders.input + "/train/dog/b.png")
    single.seed = 4
    #expect(
      try single.draws(of: SmallFolders.recipe, named: "mine", copies: 7).rows.map(\.cells.count) == [6, 2])
    #expect(
      try single.draws(of: SmallFolders.recipe, named: "", copies: 2).rows[0].cells[2].image == written)
  }

  @Test("captions say what was drawn")
  func captions() throws {
    let folders = try SmallFolders(["cat/a.png"])
    let recipe = AugmentationRecipe {
      HorizontalFlip(probability: 1)
      Brightness(factor: 1.25...1.25)
    }
    let sheet = try AugmentationPreview(input: folders.input).draws(of: recipe, named: "", copies: 1)
    #expect(sheet.rows[0].cells[0].caption == ["original 11x7"])
    #expect(sheet.rows[0].cells[1].caption == ["copy 1", "horizontal_flip", "brightness factor 1.25"])
  }

  @Test("every operation of the usual table takes its values", arguments: OperationSweep.standard)
  func standard(sweep: OperationSweep) throws {
    let folder = try TemporaryFolder()
    // A part of CLAHE's histograms is clipped only where there are enough pixels.
    let side = sweep.transform == "clahe" ? 100 : 24
    var image = PixelBuffer(width: side, height: side, channels: 3)
    for place in image.bytes.indices { image.bytes[place] = UInt8(place * place / 97 % 251) }
    let path = try folder.write(file: "cat/a.png", bytes: ImageCodec.encodePNG(image))
    let sheet = try AugmentationPreview(input: path).operations([sweep], steps: 2)
    let cells = sheet.rows[0].cells
    #expect(cells.count == 2)
    #expect(cells[0].image != cells[1].image, "\(sweep.transform) changes something")
  }

  @Test("an option rises from the one value to the other")
  func rising() throws {
    let folders = try SmallFolders(["cat/a.png"])
    let sweep = try #require(OperationSweep("brightness.factor=0.5..2"))
    let sheet = try AugmentationPreview(input: folders.input).operations([sweep], steps: 4)
    #expect(
      sheet.rows[0].cells.map(\.caption) == [
        ["brightness factor 0.5"], ["as it is"], ["brightness factor 1.5"], ["brightness factor 2"],
      ])
  }

  @Test(
    "operations that do not exist are errors",
    arguments: ["rotat.degrees=1..2", "rotate.degree=1..2", "rotate.degrees=1..999"])
  func unknown(text: String) throws {
    let folders = try SmallFolders(["cat/a.png"])
    let sweep = try #require(OperationSweep(text))
    #expect(throws: (any Error).self) {
      try AugmentationPreview(input: folders.input).operations([sweep], steps: 2)
    }
  }

  @Test(
    "texts that are no operation",
    arguments: ["rotate", "rotate=1..2", "rotate.degrees=1", "rotate.degrees=a..b"])
  func badText(text: String) {
    #expect(OperationSweep(text) == nil)
  }

  @Test("as a PNG and as a page that needs nothing else", arguments: [1, 3, 4])
  func forms(channels: Int) throws {
    let folders = try SmallFolders(["cat/a & <b>.png"])
    try folders.write("cat/a & <b>.png", shade: 3, channels: channels)
    let sheet = try AugmentationPreview(input: folders.input).draws(
      of: SmallFolders.recipe, named: "mine", copies: 8)
    let png = try ImageCodec.decode(sheet.png(), name: "sheet")
    #expect(png.channels == 3 && png.width == 6 * 172 + 12 && png.height > 2 * 98)
    let page = try sheet.html()
    #expect(page.contains("cat/a &amp; &lt;b&gt;.png") && !page.contains("a & <b>"))
    #expect(page.components(separatedBy: "src=\"data:image/png;base64,").count == 10)
    #expect(!page.contains("http"))
  }
}
