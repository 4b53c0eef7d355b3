extension NameTable {
  /// timm's MobileNetV2, whose blocks torchvision counts through and whose projection stands beside its norm.
  static func timmMobileNetV2(_ blocks: TimmBlocks) -> NameTable {
    var rules = stem
    for (place, block) in blocks.blocks.enumerated() {
      let layers = block.layers
      for (step, layer) in layers.enumerated() {
        let to = "features.\(place + 1).conv"
        let isLast = step == layers.count - 1
        rules += layerRules(
          block, layer, convolution: isLast ? "\(to).\(step)" : "\(to).\(step).0",
          norm: isLast ? "\(to).\(step + 1)" : "\(to).\(step).1")
      }
    }
    let last = "features.\(blocks.blocks.count + 1)"
    rules += [
      NameRule("conv_head", last + ".0"), NameRule("bn2", last + ".1"),
      NameRule("classifier", "classifier.1"),
    ]
    return NameTable(name: "timm (MobileNetV2)", rules: rules)
  }

  /// timm's MobileNetV3, whose last convolution before the classifier is a dense layer in torchvision.
  static func timmMobileNetV3(_ blocks: TimmBlocks) -> NameTable {
    var rules = stem
    for (place, block) in blocks.blocks.enumerated() {
      rules += blockRules(block, to: "features.\(place + 1)")
    }
    rules += [NameRule("conv_head", "classifier.0"), NameRule("classifier", "classifier.3")]
    return NameTable(name: "timm (MobileNetV3)", rules: rules, batchNormEpsilon: 1e-5)
  }

  /// timm's EfficientNets.
  static func timmEfficientNet(_ blocks: TimmBlocks) -> NameTable {
    var rules = stem
    for block in blocks.blocks {
      rules += blockRules(block, to: "features.\(block.stage + 1).\(block.index)")
    }
    let last = "features.\(blocks.stageCount + 1)"
    rules += [
      NameRule("conv_head", last + ".0"), NameRule("bn2", last + ".1"),
      NameRule("classifier", "classifier.1"),
    ]
    return NameTable(name: "timm (EfficientNet)", rules: rules)
  }

  private static let stem = [NameRule("conv_stem", "features.0.0"), NameRule("bn1", "features.0.1")]

  /// The layers of a block one after another under `block`; a plain one stands directly in its place.
  private static func blockRules(_ block: TimmBlocks.Block, to place: String) -> [NameRule] {
    if block.isPlain {
      return layerRules(block, ("conv", "bn1"), convolution: place + ".0", norm: place + ".1")
    }
    return block.layers.enumerated().flatMap { step, layer in
      let to = "\(place).block.\(step)"
      return layerRules(block, layer, convolution: layer.norm == nil ? to : to + ".0", norm: to + ".1")
    }
  }

  /// A convolution and its norm, or the two convolutions of a squeeze-excitation.
  private static func layerRules(
    _ block: TimmBlocks.Block, _ layer: (convolution: String, norm: String?), convolution: String,
    norm: String
  ) -> [NameRule] {
    let from = "blocks.\(block.stage).\(block.index)"
    if let name = layer.norm {
      return [
        NameRule("\(from).\(layer.convolution)", convolution), NameRule("\(from).\(name)", norm),
      ]
    }
    return [
      NameRule("\(from).se.conv_reduce", convolution + ".fc1"),
      NameRule("\(from).se.conv_expand", convolution + ".fc2"),
    ]
  }
}
