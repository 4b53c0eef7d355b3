/// The inverted residual blocks of a timm model of the MobileNet family, as its names tell them:
/// `blocks.STAGE.BLOCK.PART`.
struct TimmBlocks: Sendable {
  /// One block.
  struct Block: Sendable {
    /// Its numbers in timm.
    let stage, index: Int
    /// What it has.
    let parts: Set<String>

    /// Whether it is a convolution and its norm alone, as the last one of a MobileNetV3.
    var isPlain: Bool { parts.contains("conv") }

    /// Its layers in order, each with the names of the convolution and of the norm behind it; squeeze-excitations
    /// have no norm.
    var layers: [(convolution: String, norm: String?)] {
      let order = ["conv_pw", "conv_dw", "se", "conv_pwl"]
      // Without an expansion the depthwise convolution comes first, and `conv_pw` is the projection.
      let reordered = parts.contains("conv_pwl") ? order : ["conv_dw", "se", "conv_pw"]
      var norms = 0
      return reordered.filter(parts.contains).map { part in
        if part == "se" { return (part, nil) }
        norms += 1
        return (part, "bn\(norms)")
      }
    }
  }

  /// The blocks, by stage and index.
  let blocks: [Block]

  /// Finds the blocks in a model's tensor names.
  init(_ names: [String]) {
    var parts: [[Int]: Set<String>] = [:]
    for name in names {
      let path = name.split(separator: ".")
      guard path.count > 3, path[0] == "blocks", let stage = Int(path[1]), let index = Int(path[2]) else {
        continue
      }
      parts[[stage, index], default: []].insert(String(path[3]))
    }
    blocks = parts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { Block(stage: $0.key[0], index: $0.key[1], parts: $0.value) }
  }

  /// One more than the number of the last stage.
  var stageCount: Int { (blocks.last?.stage ?? -1) + 1 }
}
