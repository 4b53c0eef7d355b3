import Convoy

/// What a run says of frozen layers and of the rates of the others.
extension RunText {
  /// The lines of a summary; none where everything trains.
  static func freezingRows(_ summary: RunSummary) -> [[String]] {
    let frozen = summary.freezing.map { ["frozen", freezing($0, of: summary.model)] }
    return [frozen, summary.features.map { ["features", features($0)] }].compactMap(\.self)
  }

  /// What is frozen, how much trains, and until when.
  private static func freezing(_ freezing: RunSummary.Freezing, of model: RunSummary.Model) -> String {
    let trained = Quantity.short(model.parameterCount - freezing.parameterCount)
    return list(freezing.layers)
      + "; \(trained) of \(Quantity.short(model.parameterCount)) parameters train"
      + (freezing.norms == .train ? "; batch norms go on with the images' statistics" : "")
      + (freezing.unfreezeAt.map { "; unfrozen at epoch \($0.text)" } ?? "")
  }

  /// What is computed once, or why not.
  private static func features(_ features: RunSummary.Features) -> String {
    let size =
      "\(Quantity.count(features.valuesPerImage, "value")) an image, \(Quantity.bytes(features.byteCount))"
    let kept = "behind \(features.lastLayer), \(size): "
    return switch features.reason {
    case nil: kept + "computed once and kept"
    case .turnedOff: kept + "computed again in every epoch (--feature-cache 0)"
    case .imagesAreAugmented:
      kept + "computed again in every epoch, since images are augmented; --augment none keeps them"
    case .imagesAreMixed: kept + "computed again in every epoch, since images are mixed (--mixup, --cutmix)"
    case .imagesAreDrawn:
      kept + "computed again in every epoch, since not every image is in each (--sampling balanced)"
    case .tooLarge(let most):
      kept + "computed again in every epoch, since that is more than --feature-cache (\(most) MiB) allows"
    }
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
