extension NameTable {
  /// timm's VGGs: the classifier's first two layers are convolutions there, of the same values in the same order.
  static let timmVGG = NameTable(
    name: "timm (VGG)",
    rules: [
      NameRule("pre_logits.fc1", "classifier.0"),
      NameRule("pre_logits.fc2", "classifier.3"),
      NameRule("head.fc", "classifier.6"),
    ])
}
