import Foundation
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

  @Test func leavesOtherNamesAlone() {
    for name in ["layer1.0.conv1.weight", "", ".", "stages.x.downsample.0.weight", "stages.-1.downsample"] {
      #expect(NameTable.timmConvNeXt.renamed(name) == name)
    }
    #expect(NameTable.timmConvNeXt.renamed("stages.9223372036854775807.downsample.0").hasPrefix("stages"))
  }
}
