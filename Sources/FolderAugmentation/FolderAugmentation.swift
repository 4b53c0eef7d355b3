import Augmentation
import Datasets
import Foundation
import Synchronization

/// Augmented copies of a folder of images, in a folder of the same structure.
///
/// ```swift
/// var work = FolderAugmentation(input: "data/flowers", output: "more", recipe: recipe)
/// work.amount = .copies(3)
/// let report = try work.run()
/// ```
///
/// Each file depends on its source, the recipe, the seed, the source's path below its split's folder and the number of
/// the copy: not on threads, on the other files, or on where a run was interrupted. `manifest.jsonl` in the output says
/// of each file what it was made of and how (``ManifestEntry``), so that the next run keeps what is there, and
/// ``FolderReplay`` makes it again without the recipe.
public struct FolderAugmentation: Sendable {
  /// The folder that is read: with splits, with a folder for each class, or with images alone.
  public var input: String
  /// The folder that is written; made where it is missing.
  public var output: String
  /// What is done to each image.
  public var recipe: AugmentationRecipe
  /// How many images are made; 1 copy of each by default.
  public var amount = Amount.copies(1)
  /// What all draws depend on; 0 by default.
  public var seed: UInt64 = 0
  /// How images are written; as PNG by default.
  public var encoding = ImageEncoding.png
  /// Transforms that some images do not get.
  public var exclusions: [Exclusion] = []
  /// The one split that is augmented, by its folder's name or as `train`, `validation` or `test`; nil for all.
  public var onlySplit: String?
  /// Whether the originals of every split are copied as well, as they are: the output is then a whole data set.
  public var keepsOriginals = false
  /// Whether files that are in the way are replaced.
  public var overwrites = false
  /// How many images are worked on at once, 1 or more; the number of cores by default. It changes no file.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// Work with one copy of each image and the other values at their defaults.
  public init(input: String, output: String, recipe: AugmentationRecipe) {
    self.input = input
    self.output = output
    self.recipe = recipe
  }
}

extension FolderAugmentation {
  /// Makes what is not there yet.
  ///
  /// An image that cannot be read is left out and named in the report. With ``Amount/balance(_:)`` the others of its
  /// class make up for it.
  /// - Parameters:
  ///   - stop: ends the work after the images under way; the report then says so, and the next run goes on.
  ///   - observer: hears how far the work is.
  /// - Throws: ``FolderAugmentationError``, `DatasetError`, ``AugmentationError`` for an invalid recipe. What was made
  ///   before stays, and nothing half-written does.
  public func run(
    stop: StopRequest = StopRequest(), observer: AugmentationObserver = AugmentationObserver()
  ) throws -> AugmentationReport {
    try validate()
    let tree = try listing()
    tree.augmented.warnings.forEach { observer.warning("\($0)") }
    var recipes = try ExcludingRecipes(recipe, exclusions: exclusions, for: tree.augmented)
    for warning in LabelSafety.warnings(recipe, for: tree.augmented, recipes) { observer.warning(warning) }

    try OutputFile.makeFolder(FilePath.resolved(output))
    let lock = try FolderLock(output)
    defer { withExtendedLifetime(lock) {} }
    let journal = try ManifestJournal(folder: FilePath.resolved(output))
    let maker = CopyMaker(
      input: tree.all.root, output: FilePath.resolved(output), journal: journal, replaying: nil,
      overwrites: overwrites)

    var tally = ItemQueue.Tally()
    while true {
      let items = try workItems(tree, without: tally.skipped, &recipes).compactMap {
        $0.without(journal.isDone)
      }
      let now = try ItemQueue(items: items, threads: threads).run(maker, stop: stop, observer: observer)
      tally.add(now)
      // Without those images others of their classes have more copies.
      guard case .balance = amount, !now.skipped.isEmpty, !now.isStopped else { break }
    }
    let skipped = tally.skipped.sorted { FilePath($0.path) < FilePath($1.path) }
    if let first = skipped.first, skipped.count == tree.all.images.count {
      throw FolderAugmentationError.everyImageUnreadable(
        path: input, count: skipped.count, first: first.reason)
    }
    let digest = tally.isStopped ? nil : try journal.finish()
    return AugmentationReport(
      output: output, images: tree.all.images.count - skipped.count, made: tally.made, kept: tally.kept,
      skipped: skipped, isStopped: tally.isStopped, manifestSHA256: digest)
  }

  private func validate() throws {
    try recipe.validate()
    if recipe.steps.isEmpty { throw FolderAugmentationError.emptyRecipe }
    switch amount {
    case .copies(let count) where count < 1:
      throw FolderAugmentationError.invalidOption(name: "copies", reason: "must be at least 1, not \(count)")
    case .balance(let count) where count < 1:
      throw FolderAugmentationError.invalidOption(name: "balance", reason: "must be at least 1, not \(count)")
    default: break
    }
    if threads < 1 {
      throw FolderAugmentationError.invalidOption(
        name: "threads", reason: "must be at least 1, not \(threads)")
    }
    if case .jpeg(let quality) = encoding, !(1...100).contains(quality) {
      throw FolderAugmentationError.invalidOption(name: "quality", reason: "must be 1 to 100, not \(quality)")
    }
    try OutputFolder.check(output, outside: input)
  }

  /// All images, and those that are augmented.
  private func listing() throws -> (all: SourceTree, augmented: SourceTree) {
    let augmented = try SourceTree(of: input, onlySplit: onlySplit)
    let isPart = keepsOriginals && onlySplit != nil
    return (isPart ? try SourceTree(of: input, onlySplit: nil) : augmented, augmented)
  }

  private func workItems(
    _ tree: (all: SourceTree, augmented: SourceTree), without skipped: [SkippedImage],
    _ recipes: inout ExcludingRecipes
  ) throws(FolderAugmentationError) -> [WorkItem] {
    let unusable = Set(skipped.map { FilePath($0.path) })
    let places = tree.augmented.images.indices.filter {
      unusable.contains(FilePath(tree.augmented.images[$0].path))
    }
    let allotment = Allotment(
      of: tree.augmented, amount: amount, unusable: Set(places), keepsOriginals: keepsOriginals)
    var copies: [FilePath: Int] = [:]
    for (image, count) in zip(tree.augmented.images, allotment.copies) {
      copies[FilePath(image.path)] = count
    }
    let images = tree.all.images.filter { !unusable.contains(FilePath($0.path)) }
    let sources = images.map { image in
      OutputNames.Source(
        path: image.path, copies: copies[FilePath(image.path)] ?? 0, isKept: keepsOriginals)
    }
    let paths = try OutputNames.paths(of: sources, encoding: encoding)
    var items: [WorkItem] = []
    for ((image, source), paths) in zip(zip(images, sources), paths) where !paths.isEmpty {
      let recipe = recipes.recipe(for: image)
      let outputs = paths.enumerated().map { index, path -> PlannedOutput in
        let copy = source.isKept ? index : index + 1
        let key = SampleKey(seed: seed, sample: image.identity, copy: UInt32(copy))
        return PlannedOutput(path: path, making: copy == 0 ? .original : .drawn(recipe, key, encoding))
      }
      items.append(WorkItem(source: image.path, outputs: outputs))
    }
    return items
  }
}
