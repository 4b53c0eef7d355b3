import ArgumentParser
import Convoy

/// What `convoy augment` makes.
struct AugmentOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: """
      What is done to each image: a file (YAML or JSON), or a built-in recipe \
      (\(RecipeOption.names.joined(separator: ", "))).
      """)
  var recipe: String?

  @Option(
    help: """
      The size that a built-in recipe's images leave with, as 224 or 320x240 (default: each keeps its own); a file \
      says it itself.
      """,
    transform: { text in
      let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard let width = sides[0], let height = sides.count == 2 ? sides[1] : sides.count == 1 ? width : nil,
        (1...ImageSize.longestSide).contains(width), (1...ImageSize.longestSide).contains(height)
      else { throw ValidationError("'\(text)' is no size; use one such as 224 or 320x240.") }
      return ImageSize(width: width, height: height)
    })
  var size: ImageSize?

  @Option(help: "Copies of each image, 1 or more (default: 1).")
  var copies: Int?

  @Option(
    help: """
      Instead of --copies: bring every class of every split to this many images, those of --keep-originals included. \
      A class with more images than that gets one copy of as many of them.
      """)
  var balance: Int?

  @Option(
    help: """
      Augment this split alone: train, validation or test, or the folder's name. Images that models are judged by \
      should stay as they are (default: every split).
      """)
  var onlySplit: String?

  @Flag(
    help: "Copy the originals of all splits as well, as they are, so that the output is a whole data set.")
  var keepOriginals = false

  @Option(
    help: """
      Leave a transform out for some images: TRANSFORM:PATTERN, such as "vertical-flip:digits/*". The pattern is a \
      class, or fits paths below the folder. May be given several times.
      """,
    transform: { text in
      guard let exclusion = Exclusion(text) else {
        throw ValidationError("'\(text)' is no exclusion; use one such as \"vertical-flip:digits/*\".")
      }
      return exclusion
    })
  var exclude: [Exclusion] = []

  @Option(help: "What all draws depend on, 0 or more (default: 0).")
  var seed: UInt64?

  @Option(help: "How images are written: png, without loss, or jpeg (default: png).")
  var format: ImageFormat?

  @Option(help: "The quality of --format jpeg, 1 to 100 (default: 90).")
  var quality: Int?

  func validate() throws {
    if let copies, copies < 1 { throw ValidationError("--copies is \(copies); it must be at least 1.") }
    if let balance, balance < 1 { throw ValidationError("--balance is \(balance); it must be at least 1.") }
    if copies != nil && balance != nil {
      throw ValidationError("--copies and --balance exclude each other; give one of them.")
    }
    if let recipe, size != nil, !RecipeOption.names.contains(recipe) {
      throw ValidationError("--size is for built-in recipes; the file \(recipe) says its size itself.")
    }
    if let quality {
      guard format == .jpeg else { throw ValidationError("--quality needs --format jpeg.") }
      guard (1...100).contains(quality) else {
        throw ValidationError("--quality is \(quality); it must be 1 to 100.")
      }
    }
  }

  /// The first option here that was given, those that are used left out.
  func firstGiven(except used: [String] = []) -> String? {
    let given = [
      ("--recipe", recipe != nil), ("--size", size != nil), ("--copies", copies != nil),
      ("--balance", balance != nil), ("--only-split", onlySplit != nil), ("--keep-originals", keepOriginals),
      ("--exclude", !exclude.isEmpty), ("--seed", seed != nil), ("--format", format != nil),
      ("--quality", quality != nil),
    ]
    return given.first { $0.1 && !used.contains($0.0) }?.0
  }

  /// The recipe that was asked for.
  func chosenRecipe() throws -> AugmentationRecipe {
    try RecipeOption.recipe(recipe ?? "", size: size)
  }

  func apply(to work: inout FolderAugmentation) {
    work.amount = balance.map { .balance($0) } ?? .copies(copies ?? 1)
    work.onlySplit = onlySplit
    work.keepsOriginals = keepOriginals
    work.exclusions = exclude
    work.seed = seed ?? 0
    work.encoding = format == .jpeg ? .jpeg(quality: quality ?? 90) : .png
  }
}

extension ImageFormat: ExpressibleByArgument {}
