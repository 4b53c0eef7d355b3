import Foundation
import Networks
import TestSupport
import Testing

@testable import Interchange

@Suite struct NameTableTests {
  /// timm's names and torchvision's of a model, as `Fixtures/generate_timm_names.py` wrote them.
  private static let pairs: [String: [(timm: String, torchvision: String)]] = {
    guard let text = try? String(contentsOfFile: Fixtures.path("timm-names.tsv"), encoding: .utf8) else {
      return [:]
    }
    var pairs: [String: [(String, String)]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t").map(String.init)
      pairs[fields[0], default: []].append((fields[1], fields[2]))
    }
    return pairs
  }()

  @Test(arguments: [
    ("vgg11", "timm (VGG)"), ("mobilenetv2_100", "timm (MobileNetV2)"),
    ("mobilenetv3_small_100", "timm (MobileNetV3)"), ("mobilenetv3_large_100", "timm (MobileNetV3)"),
    ("efficientnet_b0", "timm (EfficientNet)"), ("convnext_tiny", "timm (ConvNeXt)"),
  ])
  func saysTimmsNamesAsTorchvisions(model: String, table: String) throws {
    let pairs = try #require(Self.pairs[model])
    let tables = NameTable.all(for: pairs.map(\.timm))
    let names = try #require(tables.first { $0.name == table })
    for (timm, torchvision) in pairs { #expect(names.renamed(timm) == torchvision) }
    // No other table does as well, so that the right one is found by counting.
    let expected = Set(pairs.map(\.torchvision))
    for other in tables where other.name != table {
      #expect(pairs.count { expected.contains(other.renamed($0.timm)) } < pairs.count)
    }
  }

  /// timm's batch norms have 1e-5 where torchvision's MobileNetV3 has 1e-3: with other weights the network is another.
  @Test func takesOverTheEpsilonOfTimmsMobileNetV3() throws {
    let network = try ModelZoo.network(
      named: "mobilenet-v3-small", input: .image(channels: 3, height: 64, width: 64), classes: 1000)
    func text(_ network: Network) throws -> String {
      String(decoding: try JSONEncoder().encode(network), as: UTF8.self)
    }
    let theirs = "\"epsilon\":0.001"
    #expect(try text(network).contains(theirs))

    let named = try network.parameters().map {
      Tensor(name: $0.name, shape: $0.shape, values: [Float](repeating: 0, count: $0.shape.reduce(1, *)))
    }
    let same = try WeightsFit(Safetensors.Contents(tensors: named, metadata: [:]), to: network)
    #expect(same.network == network && same.report.batchNormEpsilon == nil)

    // The fixture has one tensor of each layer.
    let layers = try #require(Self.pairs["mobilenetv3_small_100"]).map { pair in
      (torchvision: Self.layer(pair.torchvision), timm: Self.layer(pair.timm))
    }
    let names = Dictionary(uniqueKeysWithValues: layers)
    let renamed = try named.map { tensor in
      let layer = Self.layer(tensor.name)
      let name = try #require(names[layer]) + tensor.name.dropFirst(layer.count)
      return Tensor(name: name, shape: tensor.shape, values: tensor.values)
    }
    let fit = try WeightsFit(Safetensors.Contents(tensors: renamed, metadata: [:]), to: network)
    #expect(fit.report.naming == "timm (MobileNetV3)" && fit.report.batchNormEpsilon == 1e-5)
    #expect(try !text(fit.network).contains(theirs))
    #expect(try fit.network.parameters().map(\.name) == network.parameters().map(\.name))
  }

  /// A tensor's name without its last part.
  private static func layer(_ name: String) -> String {
    name.split(separator: ".").dropLast().joined(separator: ".")
  }

  @Test func leavesOtherNamesAlone() {
    for name in ["layer1.0.conv1.weight", "", ".", "stages.x.downsample.0.weight", "stages.-1.downsample"] {
      #expect(NameTable.timmConvNeXt.renamed(name) == name)
    }
    #expect(NameTable.timmConvNeXt.renamed("stages.9223372036854775807.downsample.0").hasPrefix("stages"))
  }
}
