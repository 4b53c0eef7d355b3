import Kernels

/// Values side by side along the channels in a plan, with zeros where a piece has no source.
struct PlannedConcatenation: PlannedOperation {
  struct Piece {
    /// Nil for zeros.
    let source: PlanBuilder.ValueState?
    /// Bytes in each row.
    let width: Int
  }

  let pieces: [Piece]
  let output: PlanBuilder.ValueState
  /// How often the pieces follow one another in memory.
  let rows: Int

  private var distance: Int { output.layout.byteCount / rows }

  func forward(_ run: ReplicaRun) {
    var place = run.address(output.buffer)
    for piece in pieces {
      if let source = piece.source {
        RowCopy.copy(
          run.address(source.buffer), distance: piece.width, into: place, intoDistance: distance,
          width: piece.width, count: rows)
      } else {
        RowCopy.zero(place, distance: distance, width: piece.width, count: rows)
      }
      place += piece.width
    }
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient else { return }
    var place = run.address(outputGradient)
    for piece in pieces {
      if let gradient = piece.source?.gradient {
        RowCopy.copy(
          place, distance: distance, into: run.address(gradient), intoDistance: piece.width,
          width: piece.width, count: rows)
      }
      place += piece.width
    }
  }
}

extension PlanBuilder {
  /// Values one after another along the channels.
  func concatenate(_ values: [Value], _ shape: ActivationShape, name: String) throws -> Value {
    try join(values, before: 0, after: 0, shape, name: name, kind: "concatenate")
  }

  /// A value with channels of zeros around it.
  func padChannels(
    _ value: Value, before: Int, after: Int, _ shape: ActivationShape, name: String
  ) throws -> Value {
    try join([value], before: before, after: after, shape, name: name, kind: ChannelPad.kind)
  }

  private func join(
    _ values: [Value], before: Int, after: Int, _ shape: ActivationShape, name: String, kind: String
  ) throws -> Value {
    enter(name, values)
    let sources = try values.map { try withChannelsInnermost($0, name: name) }
    let order = state(sources[0]).layout.order
    let states = try sources.map { source in
      let from = state(source).layout
      return state(try reorder(source, to: Layout(from.dimensions, order, from.type), name: name))
    }
    let layout = try Layout(shape.dimensions(batch: batch), order, states[0].layout.type)
    let output = newValue(shape, layout)
    let to = state(output)
    let size = layout.type.byteCount
    let zeros = { (channels: Int) in
      channels == 0 ? [] : [PlannedConcatenation.Piece(source: nil, width: channels * size)]
    }
    let pieces =
      zeros(before)
      + states.map { PlannedConcatenation.Piece(source: $0, width: $0.shape.channels * size) } + zeros(after)
    add(
      PlannedConcatenation(pieces: pieces, output: to, rows: batch * shape.pixels),
      Uses(
        forward: states.map(\.buffer) + [to.buffer],
        backward: states.compactMap(\.gradient) + [to.gradient].compactMap { $0 }),
      layer: name, kind: kind)
    return output
  }
}
