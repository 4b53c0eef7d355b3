import Foundation
import Testing

@testable import Networks

/// Networks as text: JSON, of which YAML is another spelling.
@Suite struct LayerTextTests {
  /// Every kind of layer, with no option at its default.
  static let everything = Network(
    input: .image(channels: 3, height: 32, width: 24), name: "everything"
  ) {
    Conv2D(8, kernel: 5, stride: 2, padding: .explicit(2), dilation: 1, groups: 1, bias: true).named("stem")
    BatchNorm(momentum: 0.2, epsilon: 1e-3)
    ReLU()
    MaxPool(3, stride: 2, padding: 1, ceilMode: true)
    Residual(relu: true) {
      Conv2D(16, kernel: 3, padding: .same, dilation: 2, groups: 2)
    } shortcut: {
      Conv2D(16, kernel: 1)
    }
    Block { AveragePool(2, stride: 1, ceilMode: true, countIncludePad: false) }.named("block")
    Sigmoid()
    Tanh()
    LeakyReLU(slope: 0.3)
    PReLU()
    ELU(alpha: 2)
    SELU()
    GELU(approximate: .tanh)
    SiLU()
    HardSigmoid()
    ReLU6()
    HardSwish()
    Softplus(beta: 3)
    Parallel([[Conv2D(4, kernel: 1).named("left")], [], [ELU().named("a"), SELU().named("b")]])
    Parallel(combine: .sum) {
    } and: {
      LayerScale(0.1).named("")
    }
    ChannelPad(before: 1, after: 2)
    SqueezeExcitation(2, activation: SiLU(), gate: HardSigmoid())
    Dense(6, pointwise: true)
    Conv2D(4, kernel: 3, padding: .same, paddingMode: .replicate)
    ConvTranspose2D(8, kernel: 3, stride: 2, padding: 1, outputPadding: 1, dilation: 2, groups: 2, bias: true)
    Pad(Sides(left: 1, right: 0, top: 2, bottom: 0), mode: .reflect)
    GroupNorm(4, epsilon: 1e-4, affine: false)
    LayerNorm(over: .all, epsilon: 1e-6, affine: false)
    LocalResponseNorm(5, alpha: 1e-3, beta: 0.5, k: 2)
    FractionalMaxPool(ratio: 0.75, sequence: .random, overlapping: false)
    AdaptiveMaxPool(ImageExtent(height: 6, width: 5))
    FractionalMaxPool(size: 4)
    AdaptiveAveragePool(3)
    Reshape([4, 6, 3])
    SpatialDropout(0.125, scaling: .inference)
    GaussianNoise(0.25)
    FeatureAlphaDropout(0.125)
    GlobalAveragePool()
    Flatten()
    Dropout(0.25, scaling: .inference)
    StochasticDepth(0.125, mode: .batch)
    Conv2D(4, kernel: 1, dropConnect: DropConnect(0.5, inference: .gaussian))
    AlphaDropout(0.125)
    Dense(5, bias: false)
  }

  @Test func itGoesThereAndBack() throws {
    let text = try JSONEncoder().encode(Self.everything)
    #expect(try JSONDecoder().decode(Network.self, from: text) == Self.everything)
  }

  @Test(arguments: ModelZoo.names) func theZooGoesThereAndBack(name: String) throws {
    let network = try ModelZoo.network(
      named: name, input: .image(channels: 3, height: 224, width: 224), classes: 10)
    let text = try JSONEncoder().encode(network)
    let back = try JSONDecoder().decode(Network.self, from: text)
    #expect(back == network)
    #expect(try back.parameters() == network.parameters())
  }

  @Test func itCoversEveryKind() throws {
    let text = String(decoding: try JSONEncoder().encode(Self.everything), as: UTF8.self)
    for kind in LayerKinds.all.keys.sorted() { #expect(text.contains("\"\(kind)\"")) }
  }

  /// A text and the layer that it stands for.
  private static let short: [(String, any Layer)] = [
    (#""relu""#, ReLU()), (#"{"relu": null}"#, ReLU()), (#"{"relu": {}}"#, ReLU()),
    (#"{"conv2d": {"filters": 8, "kernel": 3}}"#, Conv2D(8, kernel: 3)),
    (#"{"conv2d": {"filters": 8, "kernel": 3, "padding": "same"}}"#, Conv2D(8, kernel: 3, padding: .same)),
    (
      #"{"conv2d": {"filters": 8, "kernel": 3, "padding": 1, "bias": true}}"#,
      Conv2D(8, kernel: 3, padding: .explicit(1), bias: true)
    ),
    (#""batch-norm""#, BatchNorm()), (#"{"batch-norm": {"momentum": 0.5}}"#, BatchNorm(momentum: 0.5)),
    (#"{"max-pool": 2}"#, MaxPool(2)), (#"{"max-pool": {"size": 3, "stride": 2}}"#, MaxPool(3, stride: 2)),
    (#"{"max-pool": {"size": 3, "ceil-mode": true}}"#, MaxPool(3, ceilMode: true)),
    (#"{"average-pool": {"size": 2, "count-include-pad": false}}"#, AveragePool(2, countIncludePad: false)),
    (#"{"group-norm": 8}"#, GroupNorm(8)), (#""layer-norm""#, LayerNorm()),
    (#"{"layer-norm": {"over": "all", "epsilon": 0.5}}"#, LayerNorm(over: .all, epsilon: 0.5)),
    (#"{"layer-norm": "all"}"#, LayerNorm(over: .all)),
    (#"{"local-response-norm": 5}"#, LocalResponseNorm(5)),
    (#"{"adaptive-average-pool": 7}"#, AdaptiveAveragePool(7)),
    (#"{"adaptive-max-pool": [6, 5]}"#, AdaptiveMaxPool(ImageExtent(height: 6, width: 5))),
    (#"{"adaptive-max-pool": {"size": [2, 3]}}"#, AdaptiveMaxPool(ImageExtent(height: 2, width: 3))),
    (#"{"fractional-max-pool": 0.7}"#, FractionalMaxPool(ratio: 0.7)),
    (
      #"{"fractional-max-pool": {"output-size": [3, 4], "sequence": "random", "overlapping": false}}"#,
      FractionalMaxPool(size: ImageExtent(height: 3, width: 4), sequence: .random, overlapping: false)
    ),
    (#"{"pad": 2}"#, Pad(2)),
    (
      #"{"pad": {"padding": [1, 2, 3, 4], "mode": "circular"}}"#,
      Pad(Sides(left: 1, right: 2, top: 3, bottom: 4), mode: .circular)
    ), (#"{"reshape": [3, 4, 5]}"#, Reshape([3, 4, 5])), (#"{"reshape": [60]}"#, Reshape([60])),
    (
      #"{"conv2d": {"filters": 8, "kernel": 3, "padding": "same", "padding-mode": "reflect"}}"#,
      Conv2D(8, kernel: 3, padding: .same, paddingMode: .reflect)
    ),
    (
      #"{"conv-transpose2d": {"filters": 8, "kernel": 4, "stride": 2, "padding": 1, "output-padding": 1}}"#,
      ConvTranspose2D(8, kernel: 4, stride: 2, padding: 1, outputPadding: 1)
    ),
    (#"{"average-pool": 2}"#, AveragePool(2)), (#""global-average-pool""#, GlobalAveragePool()),
    (#"{"dropout": 0.25}"#, Dropout(0.25)),
    (#"{"dropout": {"probability": 0.5, "scaling": "inference"}}"#, Dropout(0.5, scaling: .inference)),
    (#"{"dense": {"units": 9, "drop-connect": 0.5}}"#, Dense(9, dropConnect: DropConnect(0.5))),
    (
      #"{"conv2d": {"filters": 8, "kernel": 3, "drop-connect": {"probability": 0.2, "inference": "gaussian"}}}"#,
      Conv2D(8, kernel: 3, dropConnect: DropConnect(0.2, inference: .gaussian))
    ),
    (#"{"spatial-dropout": 0.25}"#, SpatialDropout(0.25)), (#"{"alpha-dropout": 0.1}"#, AlphaDropout(0.1)),
    (#"{"gaussian-noise": 0.1}"#, GaussianNoise(0.1)),
    (#"{"feature-alpha-dropout": 0.1}"#, FeatureAlphaDropout(0.1)),
    (#"{"stochastic-depth": 0.2}"#, StochasticDepth(0.2)),
    (#"{"stochastic-depth": {"probability": 0.2, "mode": "batch"}}"#, StochasticDepth(0.2, mode: .batch)),
    (#"{"dense": 10}"#, Dense(10)),
    (#"{"dense": {"units": 10, "bias": false}}"#, Dense(10, bias: false)),
    (#""leaky-relu""#, LeakyReLU()), (#"{"leaky-relu": 0.2}"#, LeakyReLU(slope: 0.2)),
    (#"{"elu": {"alpha": 0.5}}"#, ELU(alpha: 0.5)), (#"{"gelu": "tanh"}"#, GELU(approximate: .tanh)),
    (#""gelu""#, GELU()), (#"{"softplus": 2}"#, Softplus(beta: 2)),
    (#"{"layer-scale": 0.5}"#, LayerScale(0.5)), (#"{"squeeze-excitation": 8}"#, SqueezeExcitation(8)),
    (
      #"{"squeeze-excitation": {"squeeze": 8, "activation": "silu", "gate": {"softplus": 2}}}"#,
      SqueezeExcitation(8, activation: SiLU(), gate: Softplus(beta: 2))
    ),
    (#"{"channel-pad": {"after": 3}}"#, ChannelPad(after: 3)),
    (#"{"dense": {"units": 4, "pointwise": true}}"#, Dense(4, pointwise: true)),
    (#"{"parallel": [["relu"], []]}"#, Parallel([[LayerNode(layer: ReLU())], []])),
    (#"{"parallel": {"branches": [[]], "combine": "sum"}}"#, Parallel([[]], combine: .sum)),
    (
      #"{"block": ["relu", {"dense": 2}]}"#,
      Block {
        ReLU(); Dense(2)
      }
    ),
    (
      #"{"residual": {"body": ["relu"], "shortcut": ["tanh"]}}"#,
      Residual {
        ReLU()
      } shortcut: {
        Tanh()
      }
    ),
  ]

  @Test(arguments: short.indices) func optionsWithDefaultsMayBeLeftOut(_ index: Int) throws {
    let (text, layer) = Self.short[index]
    let node = try JSONDecoder().decode([LayerNode].self, from: Data("[\(text)]".utf8))
    #expect(node == [LayerNode(name: nil, layer: layer)])
  }

  @Test(arguments: [
    (
      #"{"conv2d": {"filters": 8, "kernel": 3, "strid": 2}}"#,
      "layers.0.conv2d: there is no option strid; did you mean stride?"
    ),
    (
      #"{"elu": {"slope": 2}}"#,
      "layers.0.elu: there is no option slope; the options are alpha"
    ),
    (#"{"conv2d": {"filters": 8}}"#, "layers.0.conv2d: kernel is missing"),
    (#""conv2d""#, "layers.0.conv2d: filters is missing"),
    (#"{"dense": "many"}"#, "layers.0.dense: units must be a whole number"),
    (#"{"dropout": "much"}"#, "layers.0.dropout: probability must be a number"),
    (#"{"dense": {"units": 2, "bias": 3}}"#, "layers.0.dense: bias must be true or false"),
    (#"{"gelu": "erf"}"#, "layers.0.gelu: approximate must be one of none, tanh"),
    (#"{"relu": {"slope": 1}}"#, "layers.0.relu: there is no option slope; there are none"),
    (
      #"{"dense": {"units": 9, "drop-connect": {"probabilty": 0.5}}}"#,
      "layers.0.dense.drop-connect: there is no option probabilty; did you mean probability?"
    ),
    (
      #"{"stochastic-depth": {"probability": 0.5, "mode": "row"}}"#,
      "layers.0.stochastic-depth: mode must be one of sample, batch"
    ),
    (
      #"{"dropout": {"probability": 0.5, "scaling": "test"}}"#,
      "layers.0.dropout: scaling must be one of training, inference"
    ),
    (#"{"relu": 2}"#, "layers.0.relu: expected a mapping of options"),
    (#"{"batch-norm": 0.1}"#, "layers.0.batch-norm: expected a mapping of options"),
    (#"{"block": ["relu", {"dense": {}}]}"#, "layers.0.block.1.dense: units is missing"),
    (#"{"conv": {}}"#, "there is no layer conv; did you mean conv2d?"),
    (#""conv3d""#, "there is no layer conv3d; did you mean conv2d?"),
    (#"{}"#, "layers.0: expected one kind of layer, with its options behind it, got none"),
    (
      #"{"relu": {}, "flatten": {}}"#,
      "layers.0: expected one kind of layer, with its options behind it, got flatten and relu"
    ),
    (
      #"{"dense": {"units": 2, "init": "he-norm"}}"#,
      "there is no initialiser he-norm; did you mean he-normal?"
    ),
    (
      #"{"dense": {"units": 2, "init": {"he-normal": {"mode": "fan"}}}}"#,
      "layers.0.dense.init.he-normal: mode must be one of fan-in, fan-out"
    ),
    (
      #"{"dense": {"units": 2, "init": {"he-normal": {"activation": "rely"}}}}"#,
      "layers.0.dense.init.he-normal: there is no gain for rely; did you mean relu?"
    ),
    (
      #"{"dense": {"units": 2, "init": {"he-normal": {"activation": "relu", "slope": 1}}}}"#,
      "layers.0.dense.init.he-normal: relu has no slope"
    ),
    (
      #"{"dense": {"units": 2, "init": {"normal": -1}}}"#,
      "layers.0.dense.init: std is a number of at least 0, not -1.0"
    ),
    (
      #""fractional-max-pool""#,
      "layers.0.fractional-max-pool: expected one of output-size and output-ratio"
    ),
    (
      #"{"fractional-max-pool": {"output-size": 3, "output-ratio": 0.5}}"#,
      "layers.0.fractional-max-pool: expected one of output-size and output-ratio"
    ),
    (
      #"{"fractional-max-pool": {"output-size": 3, "sequence": "wild"}}"#,
      "layers.0.fractional-max-pool: sequence must be one of pseudo-random, random"
    ),
    (#""group-norm""#, "layers.0.group-norm: groups is missing"),
    (#"{"group-norm": {"group": 2}}"#, "layers.0.group-norm: there is no option group; did you mean groups?"),
    (#"{"layer-norm": "rows"}"#, "layers.0.layer-norm: over must be one of channels, all"),
    (
      #"{"pad": {"padding": [1, 2]}}"#,
      "layers.0.pad.padding: expected a number of pixels, or [left, right, top, bottom]"
    ),
    (
      #"{"pad": {"padding": 1, "mode": "zero"}}"#,
      "layers.0.pad: mode must be one of zeros, reflect, replicate, circular"
    ),
    (
      #"{"adaptive-max-pool": [1, 2, 3]}"#,
      "layers.0.adaptive-max-pool: expected a number of pixels, or [height, width]"
    ),
  ])
  func whatIsWrongIsNamed(_ layer: String, _ line: String) {
    let text = #"{"input": {"channels": 1, "height": 8, "width": 8}, "layers": [\#(layer)]}"#
    #expect {
      try JSONDecoder().decode(Network.self, from: Data(text.utf8))
    } throws: { error in
      (error as? NetworkError)?.description == line
    }
  }

  @Test func aNetworksOwnOptionsAreNamed() {
    #expect {
      try JSONDecoder().decode(Network.self, from: Data(#"{"layer": []}"#.utf8))
    } throws: { error in
      (error as? NetworkError)?.description == "network: there is no option layer; did you mean layers?"
    }
  }
}
