import Foundation
import Testing

@testable import Networks

/// How whole networks start: what the network says, and what its layers say on top.
@Suite struct NetworkInitializerTests {
  private static func starts(_ network: Network) throws -> [String: Initializer] {
    Dictionary(uniqueKeysWithValues: try network.parameters().map { ($0.name, $0.initializer) })
  }

  private static func plain(_ initializer: NetworkInitializer?) -> Network {
    Network(input: .image(channels: 1, height: 8, width: 8), initializer: initializer) {
      Conv2D(4, kernel: 3, bias: true).named("a")
      Conv2D(4, kernel: 3, bias: true, init: .orthogonal(), biasInit: .constant(0.1)).named("b")
      BatchNorm().named("norm")
      Flatten()
      Dense(5).named("c")
      Dense(2, init: .xavierUniform()).named("d")
    }
  }

  @Test func withoutAWordLayersHaveTheirStandards() throws {
    let starts = try Self.starts(Self.plain(nil))
    #expect(starts["a.weight"] == .heNormal(mode: .fanOut))
    #expect(starts["a.bias"] == .pytorch)
    #expect(starts["b.weight"] == .orthogonal())
    #expect(starts["b.bias"] == .constant(0.1))
    #expect(starts["c.weight"] == .pytorch)
    #expect(starts["c.bias"] == .pytorch)
    #expect(starts["d.weight"] == .xavierUniform())
    #expect(starts["d.bias"] == .zeros)
    #expect(starts["norm.weight"] == .ones)
    #expect(starts["norm.bias"] == .zeros)
  }

  @Test func oneWordSetsAllButWhatLayersSay() throws {
    let starts = try Self.starts(Self.plain(.weights(.leCunNormal)))
    for weights in ["a", "c"] {
      #expect(starts[weights + ".weight"] == .leCunNormal)
      #expect(starts[weights + ".bias"] == .zeros)
    }
    #expect(starts["b.weight"] == .orthogonal())
    #expect(starts["b.bias"] == .constant(0.1))
    #expect(starts["d.weight"] == .xavierUniform())
    #expect(starts["d.bias"] == .zeros)
    #expect(starts["norm.weight"] == .ones)
    let pytorch = try Self.starts(Self.plain(.weights(.pytorch)))
    #expect(pytorch["a.weight"] == .pytorch)
    #expect(pytorch["a.bias"] == .pytorch)
  }

  @Test func convolutionsDenseLayersAndBiasesCanDiffer() throws {
    let starts = try Self.starts(
      Self.plain(NetworkInitializer(dense: .normal(std: 0.01), biases: .constant(0.5))))
    #expect(starts["a.weight"] == .heNormal(mode: .fanOut))
    #expect(starts["a.bias"] == .constant(0.5))
    #expect(starts["b.bias"] == .constant(0.1))
    #expect(starts["c.weight"] == .normal(std: 0.01))
    #expect(starts["c.bias"] == .constant(0.5))
    #expect(starts["d.bias"] == .constant(0.5))
  }

  @Test func lsuvStartsOrthogonal() throws {
    let starts = try Self.starts(Self.plain(NetworkInitializer(lsuv: LSUV())))
    #expect(starts["a.weight"] == .orthogonal())
    #expect(starts["c.weight"] == .orthogonal())
    #expect(starts["a.bias"] == .zeros)
    #expect(starts["d.weight"] == .xavierUniform())
  }

  /// torchvision's `zero_init_residual` sets `bn2.weight` of basic blocks and `bn3.weight` of bottlenecks.
  @Test(arguments: [("resnet18", "bn2", 8), ("resnet50", "bn3", 16)])
  func theLastNormsOfBranchesStartAtZero(model: String, norm: String, blocks: Int) throws {
    var network = try ModelZoo.network(
      named: model, input: .image(channels: 3, height: 64, width: 64), classes: 10)
    let standard = try network.parameters()
    network.initializer = NetworkInitializer(residual: .zeroLastNorm)
    let changed = zip(standard, try network.parameters()).filter { $0 != $1 }.map { $1 }
    #expect(changed.count == blocks)
    #expect(changed.allSatisfy { $0.name.hasSuffix(".\(norm).weight") && $0.initializer == .zeros })
    #expect(changed.allSatisfy { $0.initialTensor(seed: 1).values.allSatisfy { $0 == 0 } })
  }

  private static func branches(norm: Bool, _ initializer: NetworkInitializer) -> Network {
    Network(input: .image(channels: 4, height: 8, width: 8), initializer: initializer) {
      Conv2D(4, kernel: 3, padding: .same).named("stem")
      for _ in 0..<9 {
        Residual {
          Conv2D(4, kernel: 3, padding: .same).named("a")
          ReLU()
          Conv2D(4, kernel: 3, padding: .same).named("b")
          Conv2D(4, kernel: 3, padding: .same).named("c")
          if norm { BatchNorm().named("norm") }
        }
      }
      GlobalAveragePool()
      Dense(3).named("fc")
    }
  }

  /// Nine branches of three layers: the factor is 9^(-1/4).
  @Test func fixupScalesBranches() throws {
    let fixed = try Self.branches(norm: false, NetworkInitializer(residual: .fixup)).parameters()
    let standard = try Self.branches(norm: false, NetworkInitializer()).parameters()
    for (fixed, standard) in zip(fixed, standard) {
      let (values, expected) = (fixed.initialTensor(seed: 7).values, standard.initialTensor(seed: 7).values)
      if fixed.name.hasSuffix(".c.weight") || fixed.name.hasPrefix("fc") {
        #expect(values.allSatisfy { $0 == 0 })
      } else if fixed.name.hasPrefix("stem") {
        #expect(values == expected)
      } else {
        let factor = 1 / Float(3).squareRoot()
        for (value, expected) in zip(values, expected) { #expect(abs(value - factor * expected) < 1e-6) }
      }
    }
  }

  @Test func aNormAfterTheBranchStartsAtZeroInPlaceOfTheWeights() throws {
    let starts = try Self.starts(Self.branches(norm: true, NetworkInitializer(residual: .fixup)))
    #expect(starts["1.norm.weight"] == .zeros)
    #expect(starts["9.norm.weight"] == .zeros)
    #expect(starts["1.c.weight"] == .heNormal(mode: .fanOut))
  }

  private static let mistakes: [(Network, String)] = [
    (
      Self.plain(NetworkInitializer(residual: .fixup)),
      "layer initializer: fixup is for networks with residual blocks"
    ),
    (
      Self.branches(norm: false, NetworkInitializer(residual: .zeroLastNorm)),
      "layer 1: zero-last-norm is for branches with a norm"
    ),
    (
      Self.branches(norm: false, NetworkInitializer(residual: .fixup, lsuv: LSUV())),
      "layer initializer: fixup and lsuv exclude each other"
    ),
    (
      Self.plain(.weights(.normal(std: -1))),
      "layer initializer: std is a number of at least 0, not -1.0"
    ),
    (
      Self.plain(NetworkInitializer(lsuv: LSUV(iterations: 0))),
      "layer initializer: lsuv's iterations are at least 1, not 0"
    ),
  ]

  @Test(arguments: mistakes)
  private func whatCannotBeIsAnError(network: Network, line: String) {
    #expect {
      try network.parameters()
    } throws: { error in
      (error as? NetworkError)?.description == line
    }
  }

  private static let texts: [(String, NetworkInitializer)] = [
    (#""he-normal""#, NetworkInitializer.weights(.heNormal())),
    (#"{"he-normal": {"mode": "fan-out"}}"#, .weights(.heNormal(mode: .fanOut))),
    (#"{"weights": "he-normal"}"#, .weights(.heNormal())),
    (
      #"{"weights": "he-normal", "dense": {"normal": 0.01}}"#,
      NetworkInitializer(convolutions: .heNormal(), dense: .normal(std: 0.01))
    ),
    (#"{"biases": "zeros"}"#, NetworkInitializer(biases: .zeros)),
    (#""fixup""#, NetworkInitializer(residual: .fixup)), (#""lsuv""#, NetworkInitializer(lsuv: LSUV())),
    (#"{"lsuv": {"tolerance": 0.01}}"#, NetworkInitializer(lsuv: LSUV(tolerance: 0.01))),
    (
      #"{"weights": "he-normal", "residual": "zero-last-norm"}"#,
      NetworkInitializer(convolutions: .heNormal(), dense: .heNormal(), residual: .zeroLastNorm)
    ),
    (#"{"residual": "standard"}"#, NetworkInitializer()),
  ]

  @Test(arguments: texts)
  func textGoesThereAndBack(text: String, initializer: NetworkInitializer) throws {
    let decoder = JSONDecoder()
    #expect(try decoder.decode(NetworkInitializer.self, from: Data(text.utf8)) == initializer)
    let written = try JSONEncoder().encode([initializer])
    #expect(try decoder.decode([NetworkInitializer].self, from: written) == [initializer])
  }

  @Test(arguments: [
    ("he-norma", "there is no initialiser he-norma; did you mean he-normal?"),
    ("fix-up", "there is no initialiser fix-up; did you mean fixup?"),
  ])
  func unknownNamesAreNamed(name: String, line: String) {
    #expect {
      try JSONDecoder().decode(NetworkInitializer.self, from: Data("\"\(name)\"".utf8))
    } throws: { error in
      (error as? NetworkError)?.description == line
    }
  }
}
