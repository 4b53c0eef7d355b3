import Convoy

/// What a run says of frozen layers and of the rates of the others.
extension RunText {
  /// What is frozen, how much trains, and until when.
  static func freezing(_ freezing: RunSummary.Freezing, of model: RunSummary.Model) -> String {
    let trained = Quantity.short(model.parameterCount - freezing.parameterCount)
    return list(freezing.layers)
      + "; \(trained) of \(Quantity.short(model.parameterCount)) parameters train"
      + (freezing.norms == .train ? "; batch norms go on with the images' statistics" : "")
      + (freezing.unfreezeAt.map { "; unfrozen at epoch \($0.text)" } ?? "")
  }

  /// More of the network trains.
  static func unfreezing(_ notice: UnfreezingNotice) -> String {
    let frozen = notice.freezing.map { "what is frozen now: \(list($0.layers))" } ?? "everything trains"
    return "epoch \(notice.epoch)  \(frozen)"
  }

  /// The learning rate of each group of layers.
  static func layerRates(_ rates: [RunSummary.LayerRate]) -> [String] {
    if rates.isEmpty { return [] }
    let rows = rates.map {
      [$0.layers.joined(separator: ", "), Quantity.rounded($0.factor), Quantity.rounded($0.learningRate)]
    }
    return TextTable(header: ["layers", "times", "learning rate"], rows: rows, leftColumns: 1).lines
  }

  private static func list(_ layers: [String]) -> String {
    layers.prefix(12).joined(separator: ", ") + (layers.count > 12 ? " and \(layers.count - 12) more" : "")
  }
}
