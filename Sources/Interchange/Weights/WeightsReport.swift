/// What became of the tensors of a weights file: what was loaded, left out, and what is new.
public struct WeightsReport: Codable, Equatable, Sendable {
  /// Whose names the file has: `torchvision` (also Convoy's own), `timm (ConvNeXt)`.
  public var naming: String
  /// The network's tensors that have the file's values.
  public var loaded: [String]
  /// The file's tensors that the network has no use for, by the file's names.
  public var leftOut: [String]
  /// The network's tensors that start anew.
  public var new: [String]
  /// The classifier that starts anew because the file's has another number of classes, or the file has none.
  public var newHead: String?
  /// The epsilon that the network's batch norms take over from the file's library; nil where they keep their own.
  public var batchNormEpsilon: Float?
}
