import Networks
import Testing

/// A small network whose training draws something.
struct NoiseNetwork: CustomTestStringConvertible, Sendable {
  let name: String
  let network: Network

  var testDescription: String { name }

  private init(_ name: String, @LayerBuilder _ layers: () -> [LayerNode]) {
    self.name = name
    network = Network(input: .image(channels: 3, height: 4, width: 4), name: name, layers)
  }

  /// A layer on images of channels that fill no vector, and on a vector.
  private static func layer(_ name: String, _ layer: some Layer) -> NoiseNetwork {
    NoiseNetwork(name) {
      Conv2D(5, kernel: 3, padding: .same)
      layer
      Conv2D(4, kernel: 3, padding: .same)
      Flatten()
      layer
      Dense(3)
    }
  }

  static let all = [
    layer("dropout", Dropout(0.4)), layer("classic-dropout", Dropout(0.4, scaling: .inference)),
    layer("alpha-dropout", AlphaDropout(0.4)),
    NoiseNetwork("channels") {
      FeatureAlphaDropout(0.2)
      Conv2D(5, kernel: 3, padding: .same)
      SpatialDropout(0.4)
      Conv2D(16, kernel: 3, padding: .same)
      FeatureAlphaDropout(0.4)
      Flatten()
      Dense(3)
    },
    NoiseNetwork("drop-connect") {
      Conv2D(8, kernel: 3, padding: .same, dropConnect: DropConnect(0.3))
      BatchNorm()
      SiLU()
      Conv2D(8, kernel: 3, padding: .same, groups: 8, bias: true, dropConnect: DropConnect(0.3))
      Residual { Conv2D(8, kernel: 1, groups: 2, dropConnect: DropConnect(0.3)) }
      Flatten()
      Dense(10, dropConnect: DropConnect(0.3, inference: .gaussian))
      SiLU()
      Dense(3, dropConnect: DropConnect(0.3))
    },
    NoiseNetwork("inputs") {
      Dropout(0.3)
      Conv2D(5, kernel: 3, padding: .same)
      Flatten()
      Dense(3)
    },
    NoiseNetwork("gaussian-noise") {
      GaussianNoise(0.3)
      Conv2D(5, kernel: 3, padding: .same)
      BatchNorm()
      GaussianNoise(0.2)
      Residual {
        GaussianNoise(0.1)
        Conv2D(5, kernel: 3, padding: .same)
        GaussianNoise(0.1)
      }
      Flatten()
      GaussianNoise(0.1)
      Dense(3)
    },
    NoiseNetwork("stochastic-depth") {
      Conv2D(5, kernel: 3, padding: .same)
      for mode in StochasticDepth.Mode.allCases {
        Residual {
          Conv2D(5, kernel: 3, padding: .same)
          StochasticDepth(0.4, mode: mode)
        }
      }
      Flatten()
      Dense(3)
    },
  ]
}
