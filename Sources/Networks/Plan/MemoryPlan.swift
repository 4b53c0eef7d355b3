/// Places for buffers that live only for a part of a step, so that those that never live together share
/// memory.
///
/// Time counts operations: forward from 0, the loss in the middle, backward after it.
struct MemoryPlan {
  private struct Buffer {
    var byteCount: Int
    var firstUse = Int.max
    var lastUse = Int.min
    /// Another buffer that this one is the same as.
    var alias: Int?
  }

  private var buffers: [Buffer] = []

  /// A new buffer.
  mutating func add(byteCount: Int) -> Int {
    buffers.append(Buffer(byteCount: byteCount))
    return buffers.count - 1
  }

  /// Makes `buffer` the same memory as `other`.
  mutating func merge(_ buffer: Int, into other: Int) {
    let (from, to) = (root(buffer), root(other))
    if from != to { buffers[from].alias = to }
  }

  /// Records that `buffer` holds something at `time`.
  mutating func use(_ buffer: Int, at time: Int) {
    buffers[buffer].firstUse = min(buffers[buffer].firstUse, time)
    buffers[buffer].lastUse = max(buffers[buffer].lastUse, time)
  }

  private func root(_ buffer: Int) -> Int {
    var index = buffer
    while let next = buffers[index].alias { index = next }
    return index
  }

  /// The place of every buffer in an arena, and the arena's size: the largest first, each at the lowest
  /// place that is free while it lives. Places are multiples of 64 bytes.
  func place() -> (offsets: [Int], byteCount: Int) {
    var merged = buffers
    for (index, buffer) in buffers.enumerated() where buffer.alias != nil {
      let target = root(index)
      merged[target].byteCount = max(merged[target].byteCount, buffer.byteCount)
      merged[target].firstUse = min(merged[target].firstUse, buffer.firstUse)
      merged[target].lastUse = max(merged[target].lastUse, buffer.lastUse)
    }
    let order = buffers.indices.filter { merged[$0].alias == nil }
      .sorted { (merged[$1].byteCount, $0) < (merged[$0].byteCount, $1) }
    var offsets = [Int](repeating: 0, count: buffers.count)
    var placed: [Int] = []
    var total = 0
    for index in order {
      let buffer = merged[index]
      let size = (buffer.byteCount + 63) / 64 * 64
      let neighbours = placed.filter {
        merged[$0].firstUse <= buffer.lastUse && buffer.firstUse <= merged[$0].lastUse
      }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for neighbour in neighbours {
        if offset + size <= offsets[neighbour] { break }
        offset = max(offset, offsets[neighbour] + (merged[neighbour].byteCount + 63) / 64 * 64)
      }
      offsets[index] = offset
      placed.append(index)
      total = max(total, offset + size)
    }
    for index in buffers.indices { offsets[index] = offsets[root(index)] }
    return (offsets, total)
  }
}
