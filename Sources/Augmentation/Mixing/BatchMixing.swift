/// How the images of a batch are mixed with each other, two and two.
///
/// One plan is drawn for a whole batch; each image is mixed with the one at the mirrored place, both ways, so that
/// nothing is copied. The image in the middle of an odd number stays as it is.
public struct BatchMixing: Equatable, Sendable {
  /// Weighted sums of two images; nil for none.
  public var mixUp: MixUp?
  /// Boxes from another image; nil for none.
  public var cutMix: CutMix?
  /// How often a batch is mixed at all, 0...1.
  public var probability: Double

  /// Creates a mixing. With both ways each batch draws one of them.
  public init(mixUp: MixUp? = nil, cutMix: CutMix? = nil, probability: Double = 1) {
    self.mixUp = mixUp
    self.cutMix = cutMix
    self.probability = probability
  }

  /// What is done to a batch; nil where it is left alone.
  /// - Parameters:
  ///   - size: of its images.
  ///   - key: seed, epoch and, in a sample's place, the batch's number.
  public func plan(for size: ImageSize, key: SampleKey) -> MixingPlan? {
    var gate = RandomStream(key, path: "mixing", purpose: .gate)
    guard gate.chance(probability) else { return nil }
    var draws = RandomStream(key, path: "mixing")
    switch (mixUp, cutMix) {
    case (let mixUp?, let cutMix?):
      return draws.chance(0.5) ? .mixUp(mixUp.plan(key: key)) : .cutMix(cutMix.plan(for: size, key: key))
    case (let mixUp?, nil): return .mixUp(mixUp.plan(key: key))
    case (nil, let cutMix?): return .cutMix(cutMix.plan(for: size, key: key))
    case (nil, nil): return nil
    }
  }

  /// The place of the image that one of `count` is mixed with.
  public static func partner(of place: Int, among count: Int) -> Int { count - 1 - place }
}

/// What is done to the images of one batch.
public enum MixingPlan: Equatable, Sendable {
  /// Weighted sums.
  case mixUp(MixUp.Plan)
  /// Boxes.
  case cutMix(CutMix.Plan)

  /// The share that an image keeps, 0...1; its label has the same, and the other's label the rest.
  public var share: Double {
    switch self {
    case .mixUp(let plan): plan.share
    case .cutMix(let plan): plan.share
    }
  }

  /// Mixes two images, each with what the other one was.
  /// - Parameters:
  ///   - first: values of planes, `[channels, height, width]`.
  ///   - second: as many.
  public func apply(to first: inout MutableSpan<Float>, and second: inout MutableSpan<Float>) {
    switch self {
    case .mixUp(let plan): plan.apply(to: &first, and: &second)
    case .cutMix(let plan): plan.apply(to: &first, and: &second)
    }
  }

  /// Mixes two images, each with what the other one was.
  ///
  /// Throws ``AugmentationError/planMismatch(expected:got:)`` where they differ in size or channels, or are not of the
  /// size that the plan is for.
  public func apply(
    to first: inout PixelBuffer, and second: inout PixelBuffer
  ) throws(AugmentationError) {
    guard first.width == second.width, first.height == second.height, first.channels == second.channels else {
      throw .planMismatch(expected: "two images of one shape", got: "\(first.shape) and \(second.shape)")
    }
    switch self {
    case .mixUp(let plan): plan.apply(to: &first, and: &second)
    case .cutMix(let plan): try plan.apply(to: &first, and: &second)
    }
  }
}

extension PixelBuffer {
  fileprivate var shape: String { "\(channels)x\(height)x\(width)" }
}
