/// What training minimises, of softmax probabilities and the images' labels.
///
/// With nothing set it is plain cross-entropy. As in PyTorch's `CrossEntropyLoss`, an image of target `t` (1 at its
/// label, or two labels' shares) has the loss `-sum over classes c of w[c] * s[c] * log p[c]`, where
/// `s = (1 - labelSmoothing) * t + labelSmoothing / classes`, and focal loss puts `(1 - p[c])^focalGamma` to each term.
public struct ClassificationLoss: Equatable, Sendable {
  /// The share of every target that is spread evenly over all classes, 0..<1.
  ///
  /// Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016.
  public var labelSmoothing = 0.0
  /// How much less an image counts the surer the network is of it, 0 or more; 0 is cross-entropy.
  ///
  /// Source: Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017, equation 4, with
  /// softmax probabilities in place of sigmoids'.
  public var focalGamma = 0.0
  /// What the loss of each class is multiplied by, above 0; empty is 1 for all.
  public var classWeights: [Float] = []
  /// Whether targets are shares of labels (MixUp, CutMix). A mean then divides by the images, else by the weights of
  /// their labels, as PyTorch does for probabilities and for class indices.
  public var hasSharedLabels = false

  /// Plain cross-entropy.
  public init() {}

  /// Whether each image's loss is `-log p` at its label.
  var isPlain: Bool { labelSmoothing == 0 && focalGamma == 0 && classWeights.isEmpty }

  /// What an image of a label counts in a mean.
  func weight(of label: Int) -> Double {
    hasSharedLabels || classWeights.isEmpty ? 1 : Double(classWeights[label])
  }
}

/// The labels of images in a row.
public struct ImageLabels {
  /// The class index of each image.
  public let own: UnsafePointer<Int32>
  /// The class index of what each image is mixed with, and the share of its own label, 0...1; nil for unmixed images.
  public let mixed: (partners: UnsafePointer<Int32>, shares: UnsafePointer<Float>)?

  /// Creates them from their addresses.
  public init(
    _ own: UnsafePointer<Int32>, mixed: (partners: UnsafePointer<Int32>, shares: UnsafePointer<Float>)? = nil
  ) {
    self.own = own
    self.mixed = mixed
  }

  /// An image's own label, the other one, and the share of its own.
  func target(_ image: Int) -> (own: Int, other: Int, share: Double) {
    let label = Int(own[image])
    guard let mixed else { return (label, label, 1) }
    return (label, Int(mixed.partners[image]), Double(mixed.shares[image]))
  }

  /// The label with the larger share; its own of two equal ones.
  func main(_ image: Int) -> Int {
    let target = target(image)
    return target.share >= 0.5 ? target.own : target.other
  }
}
