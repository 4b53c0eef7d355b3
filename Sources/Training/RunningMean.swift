import Networks

/// A mean of weights at the ends of epochs: `mean += (weights - mean) / (count + 1)`, as PyTorch's
/// `get_swa_multi_avg_fn`.
struct RunningMean: Equatable, Sendable {
  /// Of parameters alone: running statistics do not follow from the mean of weights.
  private(set) var tensors: [Tensor] = []
  /// How many went in.
  private(set) var count = 0

  init() {}

  /// A mean that was saved.
  init(_ tensors: [Tensor], count: Int) {
    self.tensors = tensors
    self.count = count
  }

  /// Takes in one more.
  mutating func add(_ state: [Tensor]) {
    count += 1
    guard count > 1 else {
      tensors = state
      return
    }
    let share = 1 / Float(count)
    for (index, tensor) in state.enumerated() {
      precondition(tensors[index].name == tensor.name, "a state keeps its order")
      for (place, value) in tensor.values.enumerated() {
        tensors[index].values[place] += (value - tensors[index].values[place]) * share
      }
    }
  }
}
