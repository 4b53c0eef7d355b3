/// What workers are asked to do together. A phase ends when every worker has done its part.
public enum WorkPhase: UInt8, CaseIterable, Sendable {
  /// Compiling the network and making the primitives.
  case preparing
  /// Bringing weights into the layouts that single kernels want.
  case weights
  /// Shards forward and backward.
  case shards
  /// Adding the gradients of a part of a mini-batch to those of the parts before it.
  case accumulating
  /// All-reduce and optimizer.
  case update
  /// Scores of images, without training.
  case scores
  /// Handing out or taking over weights and moments.
  case state
  /// Anything that only measures the machine.
  case measuring
}

extension WorkPhase: CustomStringConvertible {
  /// Two or three words, for messages.
  public var description: String {
    switch self {
    case .preparing: "preparing the network"
    case .weights: "reordering weights"
    case .shards: "forward and backward"
    case .accumulating: "adding gradients"
    case .update: "all-reduce and update"
    case .scores: "scoring images"
    case .state: "copying the state"
    case .measuring: "measuring"
    }
  }
}
