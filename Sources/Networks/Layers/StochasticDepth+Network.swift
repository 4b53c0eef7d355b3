extension Network {
  /// This network with a ``StochasticDepth`` at the end of every residual block's body that has none yet, its
  /// probability by the linear decay rule. Blocks within a block's body are left alone.
  /// - Parameters:
  ///   - probability: of the last block; the paper's is 0.5.
  ///   - mode: what is dropped together.
  public func withStochasticDepth(
    to probability: Double, mode: StochasticDepth.Mode = .sample,
    _ rule: StochasticDepth.DecayRule = .fromFirstBlock
  ) -> Network {
    var rates = StochasticDepth.linearDecay(to: probability, blocks: layers.residualCount, rule)[...]
    var network = self
    network.layers = layers.withStochasticDepth(&rates, mode)
    return network
  }
}

extension [LayerNode] {
  /// Residual blocks, without those in others' bodies.
  fileprivate var residualCount: Int {
    reduce(0) { count, node in
      count + (node.layer is Residual ? 1 : (node.layer as? Block)?.layers.residualCount ?? 0)
    }
  }

  /// Takes a block's probability from `rates` for each.
  fileprivate func withStochasticDepth(
    _ rates: inout ArraySlice<Double>, _ mode: StochasticDepth.Mode
  ) -> [LayerNode] {
    map { node in
      var node = node
      if var residual = node.layer as? Residual, let rate = rates.popFirst() {
        if !residual.body.contains(where: { $0.layer is StochasticDepth }) {
          residual.body.append(StochasticDepth(rate, mode: mode).named("stochastic_depth"))
        }
        node.layer = residual
      } else if var block = node.layer as? Block {
        block.layers = block.layers.withStochasticDepth(&rates, mode)
        node.layer = block
      }
      return node
    }
  }
}
