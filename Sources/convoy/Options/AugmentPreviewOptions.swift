import ArgumentParser
import Convoy
import Foundation

/// The contact sheets of `convoy augment`.
struct AugmentPreviewOptions: ParsableArguments {
  @Option(
    help: """
      Write a contact sheet instead of copies: an image by --copies draws of the recipe (default: 11), or by \
      operations, with what was drawn under each. A file that ends in .png or .html; give both for both. The input is \
      then an image, or a folder of which the first image of each class is shown.
      """)
  var preview: [String] = []

  @Flag(
    help: "With --preview: the image through the usual operations, each in --copies strengths (default: 7).")
  var operations = false

  @Option(
    name: .customLong("operation"),
    help: """
      With --preview: the image through this operation, an option of which rises: TRANSFORM.OPTION=FROM..TO, such as \
      "rotate.degrees=-45..45". May be given several times.
      """,
    transform: { text in
      guard let sweep = OperationSweep(text) else {
        throw ValidationError("'\(text)' is no operation; use one such as \"rotate.degrees=-45..45\".")
      }
      return sweep
    })
  var chosen: [OperationSweep] = []

  func validate() throws {
    if preview.isEmpty && (operations || !chosen.isEmpty) {
      throw ValidationError(
        "\(operations ? "--operations" : "--operation") needs --preview with the file to write.")
    }
    for path in preview where !path.hasSuffix(".png") && !path.hasSuffix(".html") {
      throw ValidationError("--preview '\(path)' must end in .png or .html.")
    }
  }

  /// The operations that were asked for.
  var sweeps: [OperationSweep] { (operations ? OperationSweep.standard : []) + chosen }

  /// Makes the sheet and writes it in every form asked for.
  func write(input: String, _ making: AugmentOptions) throws -> PreviewReport {
    var preview = AugmentationPreview(input: input)
    preview.seed = making.seed ?? 0
    let sheet: ContactSheet
    if sweeps.isEmpty {
      sheet = try preview.draws(
        of: try making.chosenRecipe(), named: making.recipe ?? "", copies: making.copies ?? 11)
    } else {
      sheet = try preview.operations(sweeps, steps: making.copies ?? 7)
    }
    for path in self.preview {
      let bytes = path.hasSuffix(".png") ? Data(try sheet.png()) : Data(try sheet.html().utf8)
      try AtomicFile.write(to: path) { (file) throws(InterchangeError) in try file.append(bytes) }
    }
    return PreviewReport(files: self.preview, pictures: sheet.rows.reduce(0) { $0 + $1.cells.count })
  }
}

/// What a preview wrote.
struct PreviewReport: Encodable {
  let files: [String]
  let pictures: Int
}
