/// How a training run scales over the cores of a machine: what `convoy profile` measures.
public struct ScalingProfile: Codable, Equatable, Sendable {
  /// The data as it was given.
  public var data: String
  /// What was trained: the network's name, and its input as in `1x28x28`.
  public var model, input: String
  /// `fp32` or `bf16`.
  public var precision: String
  /// Training images, images of a batch, and the parts that it is cut into for every number of workers.
  public var trainingImages, batchSize, shards: Int
  /// Processors that the process can expect: those that it may use, and no more than its quota of their time.
  public var processors: Int
  /// Trials of each kind and number of workers, and how long each lasted at least, in seconds.
  public var trials: Int
  /// See ``trials``.
  public var trialSeconds: Double
  /// How long all of it took, in seconds.
  public var seconds: Double
  /// The numbers of workers, rising.
  public var points: [ScalingPoint]
  /// Laws fitted to what was measured; nil where too few numbers of workers were.
  public var fits: ScalingFits
  /// What the laws say about more cores and machines; nil where nothing could be fitted.
  public var projection: ScalingProjection?
  /// What limits this machine and what to set.
  public var verdict: ScalingVerdict
}

/// Laws fitted to the measured throughputs, of the numbers of workers for which there are cores.
public struct ScalingFits: Codable, Equatable, Sendable {
  /// Amdahl's law and the universal scalability law of training on images from files.
  public var training: Pair
  /// The same of computing alone.
  public var compute: Pair

  /// Both laws; nil where too few different numbers of workers were measured: two for Amdahl's, three for the
  /// universal one.
  public struct Pair: Codable, Equatable, Sendable {
    /// Amdahl's law.
    public var amdahl: ScalabilityFit?
    /// The universal scalability law.
    public var universal: ScalabilityFit?
    /// The serial share of each round of trials alone, rising: how much chance is in it.
    public var serialShares: [Double]

    /// Fits both laws.
    /// - Parameters:
    ///   - points: medians.
    ///   - rounds: the points of each round of trials.
    init(_ points: [ScalabilityFit.Point], rounds: [[ScalabilityFit.Point]]) {
      amdahl = .amdahl(points)
      universal = .universal(points)
      serialShares = rounds.compactMap { ScalabilityFit.amdahl($0)?.contention }.sorted()
    }

    /// What projections go by: the universal law where there is one.
    public var best: ScalabilityFit? { universal ?? amdahl }
  }
}
