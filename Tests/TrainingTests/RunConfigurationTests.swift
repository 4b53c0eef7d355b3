import Augmentation
import Foundation
import Loading
import Testing

@testable import Training

@Suite struct RunConfigurationTests {
  private func read(_ text: String) throws -> RunConfiguration {
    try MetadataJSON.value(RunConfiguration.self, from: text)
  }

  @Test func keepsDefaultsAndTakesWhatIsStated() throws {
    var expected = RunConfiguration(data: "a")
    expected.batchSize = 32
    expected.learningRate = 0.01
    expected.size = InputSize(height: 8, width: 16)
    expected.schedule = .step(StepDecay(every: 3))
    let text =
      #"{"data":"a","batch-size":32,"lr":0.01,"size":"8x16","schedule":{"name":"step","every":3}}"#
    #expect(try read(text) == expected)
    #expect(try read("{}") == RunConfiguration())
  }

  @Test func everyKeyIsAnOption() {
    #expect(
      RunOption.all.map(\.key.rawValue).sorted()
        == RunConfiguration.CodingKeys.allCases.map(\.rawValue).sorted())
  }

  @Test func survivesItsTextForm() throws {
    var configuration = RunConfiguration(data: "a")
    configuration.augment = .recipe(AugmentationRecipe { HorizontalFlip(probability: 0.25) })
    configuration.model = "resnet18"
    configuration.stem = .small
    configuration.workers = 3
    configuration.size = InputSize(32)
    configuration.onBadImage = .fail
    configuration.reading.background = BackgroundColor("10,20,30")
    (configuration.reading.truncated, configuration.reading.maximumPixels) = (.keep, 1000)
    configuration.profileLayers = true
    configuration.optimizer = .lamb
    (configuration.beta1, configuration.beta2, configuration.epsilon) = (0.8, 0.99, 1e-5)
    configuration.trustCoefficient = 0.01
    configuration.accumulate = 4
    configuration.learningRateScaling = .sqrt
    configuration.baseBatchSize = 64
    (configuration.freeze, configuration.freezeTo) = ("conv1,bn1.*", "layer2")
    configuration.frozenNorms = .train
    configuration.unfreezeAt = Unfreezing("layer1@2,4")
    configuration.layerDecay = 0.75
    configuration.parameterGroups = [ParameterGroup(parameters: "fc.*", weightDecay: 0.5)]
    configuration.optimizerDetails.momentumDecay = 0.01
    configuration.clipping.adaptive = 0.01
    (configuration.penalties.l1, configuration.penalties.isProximal) = (1e-5, true)
    #expect(try read(MetadataJSON.text(configuration)) == configuration)
  }

  @Test(arguments: [
    (#"{"batchsize":1}"#, "batchsize", "batch-size"), (#"{"epoch":1}"#, "epoch", "epochs"),
    (#"{"schedule":{"name":"step","evry":1}}"#, "schedule.evry", "every"), (#"{"qqqqqq":1}"#, "qqqqqq", nil),
  ])
  func refusesUnknownKeys(text: String, name: String, nearest: String?) {
    #expect(throws: TrainingError.unknownOption(name: name, nearest: nearest)) { try read(text) }
  }

  @Test(arguments: [
    #"{"epochs":"many"}"#, #"{"epochs":1.5}"#, #"{"seed":-1}"#, #"{"stem":"huge"}"#, #"{"size":"8by8"}"#,
    #"{"on-bad-image":"cry"}"#, #"{"optimizer":"adams"}"#,
  ])
  func refusesValuesOfOtherKinds(text: String) {
    #expect(throws: DecodingError.self) { try read(text) }
  }

  @Test(arguments: [
    (#"{"workers":0}"#, "workers 0"), (#"{"threads":0}"#, "threads 0"), (#"{"epochs":0}"#, "epochs 0"),
    (#"{"lr":0}"#, "lr 0"), (#"{"lr":-1}"#, "lr -1"), (#"{"momentum":1}"#, "momentum 1"),
    (#"{"weight-decay":-0.1}"#, "weight-decay -0.1"), (#"{"batch-size":0}"#, "batch-size 0"),
    (#"{"batch-size":3,"shards":4}"#, "batch-size 3"), (#"{"channels":2}"#, "channels 2"),
    (#"{"size":0}"#, "size 0"), (#"{"warmup-epochs":10}"#, "warmup-epochs 10"),
    (#"{"loader-threads":0}"#, "loader-threads 0"), (#"{"accumulate":0}"#, "accumulate 0"),
    (#"{"lr-scaling":"sqrt","base-batch-size":0}"#, "base-batch-size 0"),
    (#"{"base-batch-size":64}"#, "base-batch-size 64"), (#"{"optimizer":"lamb","beta1":1}"#, "beta1 1"),
    (#"{"optimizer":"lamb","beta2":-1}"#, "beta2 -1"), (#"{"optimizer":"lamb","epsilon":0}"#, "epsilon 0"),
    (#"{"optimizer":"lars","trust-coefficient":0}"#, "trust-coefficient 0"),
    (#"{"nesterov":true,"momentum":0}"#, "nesterov true"),
    // What the optimizer would ignore.
    (#"{"optimizer":"lamb","momentum":0.9}"#, "momentum 0.9: lamb has none; it is for sgd, rmsprop and lars"),
    (#"{"optimizer":"lars","nesterov":true}"#, "nesterov true"),
    (#"{"beta1":0.9}"#, "beta1 0.9: sgd has none"),
    (#"{"trust-coefficient":0.001}"#, "trust-coefficient 0.001"), (#"{"epsilon":0.1}"#, "epsilon 0.1"),
    (#"{"optimizer":"lars","beta2":0.9}"#, "beta2 0.9"),
    (
      #"{"optimizer":"adagrad","schedule":{"name":"one-cycle","base-momentum":0.85,"max-momentum":0.95}}"#,
      "schedule.base-momentum 0.85"
    ),
    (#"{"schedule":{"name":"step","gamma":2}}"#, "schedule.gamma 2"),
  ])
  func refusesImpossibleValues(text: String, start: String) throws {
    var configuration = try read(text)
    configuration.data = "a"
    let error = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect("\(try #require(error))".hasPrefix(start))
  }

  @Test(arguments: [
    (LearningRateScaling.none, nil as Int?, 0.1), (.linear, 64, 0.8), (.sqrt, 128, 0.2), (.linear, nil, 0.2),
    (.sqrt, 512, 0.1),
  ])
  func theLearningRateFollowsTheImagesOfAStep(scaling: LearningRateScaling, base: Int?, rate: Double) throws {
    var configuration = RunConfiguration(data: "a")
    configuration.batchSize = 128
    configuration.accumulate = 4
    configuration.learningRateScaling = scaling
    configuration.baseBatchSize = scaling == .none ? nil : base
    try configuration.validate()
    #expect(abs(configuration.peakLearningRate - rate) < 1e-12)
    let resolved = configuration.resolved(processors: 2)
    #expect(resolved.peakLearningRate == configuration.peakLearningRate)
    #expect(resolved.baseBatchSize == (scaling == .none ? nil : base ?? 256))
    try resolved.validate()
  }

  @Test func everyOptimizerHasItsUsualValues() throws {
    func resolved(_ optimizer: OptimizerName) throws -> RunConfiguration {
      var configuration = RunConfiguration(data: "a")
      configuration.optimizer = optimizer
      let resolved = configuration.resolved(processors: 2)
      try resolved.validate()
      #expect(
        resolved.stepOptimizer(scheduledMomentum: nil) == configuration.stepOptimizer(scheduledMomentum: nil))
      return resolved
    }
    let (sgd, lars, lamb) = (try resolved(.sgd), try resolved(.lars), try resolved(.lamb))
    #expect(sgd.stepOptimizer(scheduledMomentum: nil) == .sgd(SGD()))
    #expect(sgd.learningRate == 0.1 && sgd.weightDecay == 5e-4 && sgd.nesterov == true && sgd.beta1 == nil)
    #expect(lars.stepOptimizer(scheduledMomentum: nil) == .lars(LARS()))
    #expect(lars.stepOptimizer(scheduledMomentum: 0.5) == .lars(LARS(momentum: 0.5)))
    #expect(lars.trustCoefficient == 0.001 && lars.nesterov == nil)
    #expect(lamb.stepOptimizer(scheduledMomentum: nil) == .lamb(LAMB()))
    #expect(lamb.weightDecay == 0.01 && lamb.beta2 == 0.999)
  }

  @Test func needsData() {
    #expect(throws: TrainingError.self) { try RunConfiguration().validate() }
  }

  @Test func choosesWorkersAndShards() {
    let plain = RunConfiguration(data: "a").resolved(processors: 2)
    #expect(plain.workers == 2 && plain.threads == 2 && plain.loaderThreads == 2 && plain.shards == 4)
    #expect(RunConfiguration(data: "a").resolved(processors: 64).shards == 64)
    var small = RunConfiguration(data: "a")
    small.batchSize = 4
    small.threads = 100
    let resolved = small.resolved(processors: 64)
    #expect(resolved.workers == 4 && resolved.shards == 4 && resolved.threads == 64)
  }

  @Test func workersGetPhysicalCoresAndLoadersMayUseTheirSecondThreads() {
    var configuration = RunConfiguration(data: "a")
    let resolved = configuration.resolved(processors: 8, physicalCores: 4)
    #expect(resolved.workers == 4 && resolved.threads == 8 && resolved.loaderThreads == 8)
    configuration.workers = 6
    #expect(configuration.resolved(processors: 8, physicalCores: 4).workers == 6)
  }

  /// The result depends on the shards, so what only changes the speed must not change them.
  @Test(arguments: [nil, 1, 3, 7], [nil, 1, 2, 100])
  func workersAndThreadsHaveNoSayInTheShards(workers: Int?, threads: Int?) throws {
    var configuration = RunConfiguration(data: "a")
    configuration.workers = workers
    configuration.threads = threads
    try configuration.validate()
    let resolved = configuration.resolved(processors: 6)
    #expect(resolved.shards == 6)
    #expect(resolved.workers == workers ?? min(threads ?? 6, 6))
    try resolved.validate()
  }
}
