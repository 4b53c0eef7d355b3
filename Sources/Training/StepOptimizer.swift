import Parallel

/// An optimizer with its settings: what a step updates the weights with.
enum StepOptimizer: Equatable {
  case sgd(SGD)
  case lars(LARS)
  case lamb(LAMB)

  /// How it is applied.
  var method: UpdateRule.Method {
    switch self {
    case .sgd(let sgd): .slicewise(sgd)
    case .lars(let lars): .layerwise(lars)
    case .lamb(let lamb): .layerwise(lamb)
    }
  }
}
