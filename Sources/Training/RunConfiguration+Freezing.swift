import Names
import Networks

extension RunConfiguration {
  /// What is frozen in an epoch.
  /// - Parameter epoch: counted from 0.
  func frozen(epoch: Int) -> FrozenLayers {
    let begun = (unfreezeAt?.moments ?? []).filter { $0.epoch <= epoch + 1 }
    if begun.contains(where: { $0.pattern == nil }) { return FrozenLayers() }
    let patterns = freeze.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return FrozenLayers(
      patterns: patterns ?? [], before: freezeTo, exceptions: begun.compactMap(\.pattern),
      trainsNorms: frozenNorms == .train)
  }

  /// The epochs, counted from 0, at whose start something else is frozen than before; the first one always.
  var freezingEpochs: [Int] {
    [0] + Set((unfreezeAt?.moments ?? []).map { $0.epoch - 1 }).sorted()
  }

  /// Checks what can be checked of freezing without a network.
  func checkFreezing() throws(TrainingError) {
    let freezes = freeze != nil || freezeTo != nil
    if frozenNorms == .train && !freezes {
      throw .invalidOption(
        name: "frozen-norms", value: frozenNorms.rawValue, reason: "needs freeze or freeze-to")
    }
    if let unfreezeAt {
      if !freezes {
        throw .invalidOption(
          name: "unfreeze-at", value: unfreezeAt.text, reason: "needs freeze or freeze-to")
      }
      for moment in unfreezeAt.moments where !(2...max(epochs, 2)).contains(moment.epoch) || epochs < 2 {
        throw .invalidOption(
          name: "unfreeze-at", value: unfreezeAt.text,
          reason: "epoch \(moment.epoch) must be from 2 to the number of epochs (\(epochs))")
      }
    }
    if let layerDecay, !(layerDecay > 0 && layerDecay <= 1) {
      throw .invalidOption(
        name: "layer-decay", value: "\(layerDecay)", reason: "must be above 0, and at most 1")
    }
  }

  /// Checks that the network has what is named to be frozen and unfrozen, and that something is left to train.
  func checkFreezing(in network: Network) throws {
    for epoch in freezingEpochs {
      do { _ = try frozen(epoch: epoch).tensors(of: network) } catch {
        switch error {
        case .noSuchPath(let path, let known): throw unknown(path, known)
        case .nothingTrains:
          throw TrainingError.invalidOption(
            name: freeze == nil ? "freeze-to" : "freeze", value: freeze ?? freezeTo ?? "",
            reason: "every parameter would be frozen; leave some to train")
        default: throw error
        }
      }
    }
  }

  private func unknown(_ path: String, _ known: [String]) -> TrainingError {
    let option =
      path == freezeTo
      ? "freeze-to"
      : (freeze ?? "").split(separator: ",", omittingEmptySubsequences: false).contains { $0 == path }
        ? "freeze" : "unfreeze-at"
    let what =
      option == "unfreeze-at" && known.contains(Self.plain(path))
      ? "nothing of it is frozen" : "the network has no such layer"
    return .invalidOption(name: option, value: path, reason: what + Self.advice(on: path, known))
  }

  /// What to write in place of a pattern that fits nothing.
  /// - Parameter known: what could be fitted.
  static func advice(on pattern: String, _ known: [String]) -> String {
    let plain = plain(pattern)
    let nearest = plain.isEmpty ? nil : closeName(to: plain, among: known)
    let layers = known.filter { !$0.contains(".") }.joined(separator: ", ")
    return nearest.map { $0 == plain ? "" : "; did you mean \($0)?" } ?? "; it has \(layers)"
  }

  /// What stands before the first star: that is what can be misspelt.
  private static func plain(_ pattern: String) -> String {
    String(pattern.prefix { $0 != "*" }.reversed().drop { $0 == "." }.reversed())
  }
}
