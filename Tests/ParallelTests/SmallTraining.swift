import Kernels
import Networks
import Parallel
import Pixels
import Randomness

/// Stochastic gradient descent with fixed settings.
struct PlainSGD: Optimizer {
  var momentum: Float = 0.9
  var nesterov = true
  var weightDecay: Float = 5e-4
  var momentCount: Int { 1 }

  func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    slice.sgd(
      learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay)
  }
}

/// Leaves the weights alone and keeps the gradient as its moment.
struct GradientRecorder: Optimizer {
  var momentCount: Int { 1 }

  func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    slice.sgd(learningRate: 0, momentum: 0, nesterov: false, weightDecay: 0)
  }
}

/// Adam in its largest form, with three moments.
struct PlainAdam: Optimizer {
  var momentCount: Int { 3 }

  func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    slice.decayWeights(learningRate: learningRate, weightDecay: 0.01)
    slice.adam(
      learningRate: learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: true, weightDecay: 0,
      step: step)
  }
}

/// Layer-wise momentum.
struct PlainLARS: LayerwiseOptimizer {
  var momentCount: Int { 1 }

  func measure(_ slice: ParameterSlice, step: Int) -> SquaredNorms { slice.gradientNorms() }

  func update(_ slice: ParameterSlice, norms: SquaredNorms, learningRate: Float, step: Int) {
    slice.lars(
      norms: norms, learningRate: learningRate, momentum: 0.9, weightDecay: 5e-4, trustCoefficient: 0.02)
  }
}

extension UpdateRule {
  /// Rules that together have everything that a rule can have.
  static let samples: [UpdateRule] = {
    var clipped = UpdateRule(.slicewise(PlainSGD()), learningRate: 0.05, step: 0)
    clipped.clipping = .norm(0.25)
    clipped.penalty = WeightPenalty(l1: 0.01, isProximal: true)
    var bounded = UpdateRule(.slicewise(PlainAdam()), learningRate: 0.002, step: 0)
    bounded.clipping = .value(0.01)
    bounded.maxNorm = 0.5
    var layerwise = UpdateRule(.layerwise(PlainLARS()), learningRate: 0.5, step: 0)
    layerwise.clipping = .adaptive(0.02)
    layerwise.penalty = WeightPenalty(l1: 0.001, l2: 0.01)
    layerwise.maxNorm = 0.75
    return [clipped, bounded, layerwise]
  }()
}

extension ImageBatch {
  /// Normal pixels and uniform labels, keyed by `seed`.
  static func random(_ count: Int, _ input: InputShape, classes: Int, seed: UInt64) -> ImageBatch {
    let batch = ImageBatch(
      capacity: count, channels: input.channels, height: input.height, width: input.width)
    batch.count = count
    for image in 0..<count {
      var stream = RandomStream(SampleKey(seed: seed, sample: UInt64(image)), path: "batch")
      let pixels = batch.image(at: image)
      for i in pixels.indices { pixels[i] = Float(stream.normal()) }
      batch.labels[image] = Int32(stream.integer(in: 0...classes - 1))
      batch.samples[image] = StableHash.of("\(seed)/\(image)")
    }
    return batch
  }

  /// The images `range` alone.
  func part(_ range: Range<Int>) -> ImageBatch {
    let part = ImageBatch(capacity: range.count, channels: channels, height: height, width: width)
    part.count = range.count
    for (to, from) in range.enumerated() {
      _ = part.image(at: to).update(fromContentsOf: image(at: from))
      part.labels[to] = labels[from]
      part.samples[to] = samples[from]
      part.partners[to] = partners[from]
      part.shares[to] = shares[from]
    }
    part.isMixed = isMixed
    return part
  }
}

/// A network with every kind of layer, small enough for debug builds.
func smallNetwork(classes: Int = 3) -> Network {
  Network(input: .image(channels: 3, height: 8, width: 8)) {
    Conv2D(16, kernel: 3, padding: .same)
    BatchNorm()
    ReLU()
    Residual(relu: true) {
      Conv2D(16, kernel: 3, padding: .same)
      BatchNorm()
      ReLU()
      Conv2D(16, kernel: 3, padding: .same)
      BatchNorm()
    }
    MaxPool(2)
    Conv2D(20, kernel: 3, padding: .same, bias: true)
    Dropout(0.3)
    ReLU()
    GlobalAveragePool()
    Dense(classes)
  }
}
