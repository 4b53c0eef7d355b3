/// Red, green and blue in random order, the same for all pixels.
///
/// All six orders are equally likely, the given one too. Agrees with torchvision's `permute_channels`, exactly; grey
/// images and alpha stay.
public struct ChannelShuffle: GatedTransform {
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// Every other time.
  public static let standardProbability = 0.5

  /// A shuffle that happens with a probability.
  public init(probability: Double = standardProbability) {
    self.probability = probability
  }

  /// The options in recipes.
  public typealias CodingKeys = ProbabilityKeys

  /// Draws the order.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    var order = [0, 1, 2]
    for index in 0..<2 { order.swapAt(index, stream.integer(in: index...2)) }
    return order == [0, 1, 2] ? nil : Plan(order: order)
  }

  /// A known order.
  public struct Plan: TransformPlan {
    /// For each of red, green and blue the channel (0...2) that it is taken from.
    public let order: [Int]

    /// Moves the channels of every pixel.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard order.sorted() == [0, 1, 2] else {
        throw .planMismatch(expected: "an order of the channels 0, 1 and 2", got: "\(order)")
      }
      image.reorderColors(order.map(UInt8.init))
    }
  }
}
