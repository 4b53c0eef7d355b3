import Kernels

/// Ways into the layouts that operations want. Each gives the value itself where it is in one already.
extension PlanBuilder {
  /// The value in a layout without padding: images keep their order, blocked ones get the plain one.
  func withoutPadding(_ value: Value, name: String) throws -> Value {
    let (layout, shape) = (state(value).layout, state(value).shape)
    if layout.valueCount == batch * shape.count { return value }
    return try reorder(value, to: Layout(layout.dimensions, .nchw, layout.type), name: name)
  }

  /// The value as rows of channels: pixel-major, channels last, or a matrix.
  func withChannelsInnermost(_ value: Value, name: String) throws -> Value {
    let layout = state(value).layout
    if [.hwnc, .nhwc, .nc].contains(layout.order) { return value }
    let order: Layout.Order = layout.dimensions.count == 4 ? .nhwc : .nc
    return try reorder(value, to: Layout(layout.dimensions, order, layout.type), name: name)
  }

  /// The numbers of oneDNN's convolutions and poolings: fp32 where it has no kernels for the plan's.
  var oneDNNNumbers: NumberType { Processor.oneDNNRunsBF16 ? numbers : .fp32 }

  /// A pixel-major value in the order, and the numbers, that oneDNN's convolutions and poolings take.
  func channelsLast(_ value: Value, name: String) throws -> Value {
    let layout = state(value).layout
    guard layout.order == .hwnc || layout.type != oneDNNNumbers else { return value }
    return try reorder(value, to: Layout(layout.dimensions, .nhwc, oneDNNNumbers), name: name)
  }

  /// What such an operation has made, in the plan's numbers.
  func inPlanNumbers(_ value: Value, name: String) throws -> Value {
    state(value).layout.type == numbers ? value : try pixelMajor(value, name: name)
  }

  /// The value as Convoy's own kernels take it: pixel-major, or a matrix.
  func pixelMajor(_ value: Value, name: String) throws -> Value {
    let layout = state(value).layout
    let order: Layout.Order = layout.dimensions.count == 4 ? .hwnc : .nc
    return try reorder(value, to: Layout(layout.dimensions, order, numbers), name: name)
  }
}
