extension NameTable {
  /// timm's ConvNeXts. torchvision counts a stage and the downsampling before it as two steps of `features`.
  static let timmConvNeXt = NameTable(
    name: "timm (ConvNeXt)",
    rules: [
      NameRule("stem", "features.0"),
      NameRule("stages.#.downsample") { "features.\(2 * $0[0])" },
      NameRule("stages.#.blocks.#.gamma") { "features.\(2 * $0[0] + 1).\($0[1]).layer_scale" },
      NameRule("stages.#.blocks.#.conv_dw") { "features.\(2 * $0[0] + 1).\($0[1]).block.0" },
      NameRule("stages.#.blocks.#.norm") { "features.\(2 * $0[0] + 1).\($0[1]).block.2" },
      NameRule("stages.#.blocks.#.mlp.fc1") { "features.\(2 * $0[0] + 1).\($0[1]).block.3" },
      NameRule("stages.#.blocks.#.mlp.fc2") { "features.\(2 * $0[0] + 1).\($0[1]).block.5" },
      NameRule("head.norm", "classifier.0"),
      NameRule("head.fc", "classifier.2"),
    ])
}
