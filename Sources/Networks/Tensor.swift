/// A named tensor in plain order (`[O, I, H, W]`, `[O, I]`, `[C]`), as files hold it.
public struct Tensor: Sendable, Equatable {
  /// The parameter's name, as torchvision's: `layer1.0.conv1.weight`.
  public var name: String
  /// The dimensions, the last one innermost.
  public var shape: [Int]
  /// The values, as many as the shape says.
  public var values: [Float]

  /// Creates a tensor; `values` must be as many as `shape` says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "the values do not fit the shape")
    self.name = name
    self.shape = shape
    self.values = values
  }
}
