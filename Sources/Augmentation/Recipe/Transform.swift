/// One kind of change to an image, as a value.
///
/// A transform first *plans*: it draws its parameters for one sample and image size. The plan is then
/// *applied*, which is a pure function of the plan and the pixels. So the same key always gives the same
/// image, whatever the thread or the order, and a stored plan can be applied again.
///
/// To add one: a file with a type that conforms, and its line in `TransformTable`.
public protocol Transform: Codable, Equatable, Sendable {
  /// The parameters drawn for one sample.
  associatedtype Plan: TransformPlan
  /// The options by their names in recipes, in `lower_snake_case`.
  associatedtype CodingKeys: CodingKey & CaseIterable

  /// The name in recipes; by default the type's name in `lower_snake_case`.
  static var name: String { get }

  /// How often the transform happens, from 0 (never) to 1 (always, the default).
  var probability: Double { get }

  /// Reads the options of a recipe's entry, with defaults for those that are absent.
  /// - Throws: ``AugmentationError`` where an option is missing or of another kind.
  init(options: RecipeOptions<CodingKeys>) throws(AugmentationError)

  /// Checks every value. A recipe does this once, when it is made.
  /// - Throws: ``AugmentationError/invalidOption(transform:option:expected:got:)``.
  func validate() throws(AugmentationError)

  /// Draws the parameters for one sample, given that the transform happens.
  /// - Parameters:
  ///   - size: the size of the image that arrives.
  ///   - key: the source of every draw.
  /// - Returns: nil where the image would stay as it is.
  /// - Throws: ``AugmentationError`` where the transform cannot take an image of that size.
  func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan?
}

/// What a transform does to one image, all parameters drawn.
public protocol TransformPlan: Codable, Equatable, Sendable {
  /// The size of the image that leaves, given the size of the one that arrives.
  func outputSize(for size: ImageSize) -> ImageSize

  /// Changes the image. Depends on nothing but the plan and the pixels.
  /// - Throws: ``AugmentationError/planMismatch(expected:got:)`` where the plan does not fit the image.
  func apply(to image: inout PixelBuffer) throws(AugmentationError)

  /// Has a runner apply it: by default at once. Plans of the library may wait there, to be done with others in one pass.
  func run(on runner: inout PlanRunner) throws(AugmentationError)
}

extension TransformPlan {
  /// Applies it at once.
  public func run(on runner: inout PlanRunner) throws(AugmentationError) { try runner.apply(self) }

  /// The size of the image that arrives, which most plans keep.
  public func outputSize(for size: ImageSize) -> ImageSize { size }

  func isEqual(to other: any TransformPlan) -> Bool { other as? Self == self }
}

extension Transform {
  /// The type's name in `lower_snake_case`: `horizontal_flip` for `HorizontalFlip`.
  public static var name: String { snakeCase(typeName) }

  /// 1: the transform always happens.
  public var probability: Double { 1 }

  /// Reads an entry of a recipe.
  /// - Throws: ``AugmentationError`` for unknown, missing and invalid options.
  public init(from decoder: any Decoder) throws {
    try self.init(options: RecipeOptions(decoder, transform: Self.name))
    try validate()
  }

  static var typeName: String { String(describing: Self.self) }

  /// The plan, or nil where the gate or the parameters leave the image as it is.
  func gatedPlan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    key.gate(probability) ? try plan(for: size, key: key) : nil
  }

  /// The same, for a transform whose kind is not known.
  func anyPlan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> (any TransformPlan)? {
    try gatedPlan(for: size, key: key)
  }

  func run(on runner: inout PlanRunner, key: OperationKey) throws(AugmentationError) {
    if let plan = try gatedPlan(for: runner.size, key: key) { try plan.run(on: &runner) }
  }

  func isEqual(to other: any Transform) -> Bool { other as? Self == self }
}

/// `HorizontalFlip` as `horizontal_flip`, `RGBShift` as `rgb_shift`.
func snakeCase(_ name: String) -> String {
  var words = ""
  let letters = Array(name)
  for (index, letter) in letters.enumerated() {
    // A word begins at a capital behind another letter, and at the last one of several capitals.
    if index > 0, letter.isUppercase {
      let isLast = index + 1 < letters.count && letters[index + 1].isLowercase
      if !letters[index - 1].isUppercase || isLast { words.append("_") }
    }
    words += letter.lowercased()
  }
  return words
}
