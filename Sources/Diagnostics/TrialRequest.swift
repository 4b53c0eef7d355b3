/// What a scaling profile asks of the one who measures a number of workers, in this process or in another.
public enum TrialRequest: Codable, Equatable, Sendable {
  /// Get ready: read the data's names, make the network's kernels, run a few steps untimed.
  case prepare
  /// Measure for about so many seconds.
  case measure(ScalingTrial.Kind, seconds: Double)
  /// Say how much memory there was at most.
  case memory
  /// Train so many steps and say what every thread does when.
  case trace(steps: Int)
}

/// The answer to a ``TrialRequest``.
public enum TrialReply: Codable, Equatable, Sendable {
  /// Ready.
  case prepared(TrialFacts)
  /// What was measured.
  case measured(ScalingTrial)
  /// What the memory was for.
  case memory(TrialMemory)
  /// What every thread did: names first, then by thread and start.
  case traced([TraceEvent])
}

/// What is measured, with every choice that was left open.
public struct TrialFacts: Codable, Equatable, Sendable {
  /// Workers, the threads that read images, and the cores that both share.
  public var workers, loaderThreads, cores: Int
  /// Images of a batch, and the parts that it is cut into.
  public var batchSize, shards: Int
  /// The network's name, and its input as in `1x28x28`.
  public var model, input: String
  /// `fp32` or `bf16`.
  public var precision: String
  /// Training images.
  public var trainingImages: Int
  /// Operations of one image's forward pass; a multiply-add is two.
  public var forwardFLOPs: Int
  /// Bytes that summing the shards' gradients moves in a step.
  public var reductionBytes: Int
  /// Bytes of the gradients that several machines would exchange.
  public var gradientBytes: Int
}

/// Bytes of memory.
public struct TrialMemory: Codable, Equatable, Sendable {
  /// The most that was predicted before the first step.
  public var predicted: Int
  /// The most that the process had; nil where the system does not tell.
  public var measured: Int?
}

/// Who measures one number of workers.
public protocol TrialSource {
  /// Does what is asked.
  func ask(_ request: TrialRequest) throws -> TrialReply
}
