import Networks

/// Where the time of a training step goes, layer by layer: means over the steps that were timed.
public struct LayerProfile: Codable, Equatable, Sendable {
  /// Seconds of a step's phases, as the caller's clock sees them.
  public struct Phases: Codable, Equatable, Sendable {
    /// The weights are brought into the kernels' layouts and number types, where no update has left them so.
    public var weights: Double
    /// Forward, loss and backward of all shards.
    public var shards: Double
    /// Gradients are summed, also between the mini-batches of one step; weights, their copies for the kernels, and running statistics are updated.
    public var update: Double

    /// All of it: a step.
    public var total: Double { weights + shards + update }

    func perStep(_ steps: Int) -> Phases {
      Phases(weights: weights / Double(steps), shards: shards / Double(steps), update: update / Double(steps))
    }
  }

  /// Steps that were timed, and images in them.
  public let steps, images: Int
  /// Workers that shared the steps.
  public let workers: Int
  /// Of one step.
  public let phases: Phases
  /// Passes of operations in the order of the network; their seconds and operations are those of one step, added
  /// up over shards and workers.
  public let rows: [ProfileRow]

  /// Seconds of all rows.
  public var seconds: Double { rows.reduce(0) { $0 + $1.seconds } }

  /// The share of each row in all rows' time; they sum to 1.
  public var shares: [Double] {
    let whole = seconds
    return rows.map { whole > 0 ? $0.seconds / whole : 0 }
  }

  /// The share of the shard phase in which workers compute; the rest is waiting for the last shard.
  public var workerUse: Double {
    let available = phases.shards * Double(workers)
    return available > 0 ? seconds / available : 0
  }

  /// Adds up the rows of one layer, operation, pass and kernel, and divides them by the steps. Rows keep the order
  /// of their first appearance.
  static func aggregate(_ rows: [ProfileRow], steps: Int) -> [ProfileRow] {
    var merged: [ProfileRow] = []
    var places: [[String]: Int] = [:]
    for row in rows {
      let key = [row.layer, row.operation, row.pass.rawValue, row.kernel]
      if let place = places[key] {
        merged[place].seconds += row.seconds
        merged[place].flops = merged[place].flops.flatMap { known in row.flops.map { known + $0 } }
      } else {
        places[key] = merged.count
        merged.append(row)
      }
    }
    for index in merged.indices {
      merged[index].seconds /= Double(steps)
      merged[index].flops = merged[index].flops.map { $0 / Double(steps) }
    }
    return merged
  }
}
