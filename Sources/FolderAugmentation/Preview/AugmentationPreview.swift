import Augmentation
import Datasets
import Foundation
import ImageCodecs

/// Contact sheets of what augmentation does to images.
public struct AugmentationPreview: Sendable {
  /// An image, or a folder: of that the first readable image of each class is shown.
  public var input: String
  /// What all draws depend on.
  public var seed: UInt64 = 0
  /// The most rows of a folder's sheet.
  public static let mostClasses = 8
  /// The pictures of a row, where one image has several rows.
  private static let columns = 6

  /// A preview of an image or a folder.
  public init(input: String) { self.input = input }

  /// Each image and its copies 1, 2, … as ``FolderAugmentation`` makes them with the same seed.
  /// - Throws: `FolderAugmentationError`, `DatasetError`, and `ImageError` where a single image cannot be read.
  public func draws(of recipe: AugmentationRecipe, named name: String, copies: Int) throws -> ContactSheet {
    try recipe.validate()
    if recipe.steps.isEmpty { throw FolderAugmentationError.emptyRecipe }
    let images = try self.images()
    var rows: [ContactSheet.Row] = []
    for (title, image, identity) in images {
      var cells = [ContactSheet.Cell(image: image, caption: ["original \(ImageSize(of: image))"])]
      for copy in 1...max(1, copies) {
        let key = SampleKey(seed: seed, sample: identity, copy: UInt32(copy))
        do throws(AugmentationError) {
          let plan = try recipe.plan(for: ImageSize(of: image), key: key)
          cells.append(
            ContactSheet.Cell(
              image: try plan.apply(to: image), caption: ["copy \(copy)"] + PlanCaption.lines(plan)))
        } catch { throw FolderAugmentationError.image(path: title, error) }
      }
      // One image fills the width; several have a row each.
      if images.count > 1 {
        rows.append(ContactSheet.Row(title: title, cells: cells))
      } else {
        rows += stride(from: 0, to: cells.count, by: Self.columns).map { start in
          ContactSheet.Row(
            title: start == 0 ? title : "",
            cells: Array(cells[start..<min(cells.count, start + Self.columns)]))
        }
      }
    }
    return ContactSheet(title: "\(name), seed \(seed)", rows: rows)
  }

  /// One image, or a folder's first, through transforms one by one: a row for each, its option rising.
  /// - Throws: also `AugmentationError` for a transform or option that does not exist or does not take the values.
  public func operations(_ sweeps: [OperationSweep], steps: Int) throws -> ContactSheet {
    let (name, image, identity) = try images()[0]
    let key = SampleKey(seed: seed, sample: identity, copy: 1)
    let rows = try sweeps.map { sweep in
      let cells = try (0..<max(1, steps)).map { step in
        let recipe = try sweep.recipe(value: sweep.value(step, of: max(1, steps)))
        do throws(AugmentationError) {
          let plan = try recipe.plan(for: ImageSize(of: image), key: key)
          return ContactSheet.Cell(image: try plan.apply(to: image), caption: PlanCaption.lines(plan))
        } catch { throw FolderAugmentationError.image(path: name, error) }
      }
      return ContactSheet.Row(title: "\(sweep.transform).\(sweep.option)", cells: cells)
    }
    return ContactSheet(title: name, rows: rows)
  }

  /// Images with their names and the keys of their draws; never empty.
  private func images() throws -> [(name: String, image: PixelBuffer, identity: UInt64)] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder), isFolder.boolValue else {
      // In a data set an image's draws depend on its class and name, as here.
      let path = input.split(separator: "/").suffix(2).joined(separator: "/")
      return [(input, try ImageCodec.decode(contentsOf: input), StableHash.of(path))]
    }
    let tree = try SourceTree(of: input, onlySplit: nil)
    var found: [(name: String, image: PixelBuffer, identity: UInt64)] = []
    var seen = Set<String>()
    var firstFailure: ImageError?
    for image in tree.images where found.count < Self.mostClasses && !seen.contains(image.className) {
      do throws(ImageError) {
        let pixels = try ImageCodec.decode(contentsOf: tree.root + "/" + image.path)
        found.append((image.path, pixels, image.identity))
        seen.insert(image.className)
      } catch { firstFailure = firstFailure ?? error }
    }
    if found.isEmpty {
      throw FolderAugmentationError.everyImageUnreadable(
        path: input, count: tree.images.count, first: firstFailure.map { "\($0)" } ?? "there are none")
    }
    return found
  }
}
