import Loading
import Parallel
import Pixels

extension DataParallel {
  /// Scores every image of a loader once, in its order.
  /// - Parameter progress: hears the images scored so far, after every batch.
  func tally(_ loader: BatchLoader, progress: (_ done: Int) -> Void = { _ in }) throws -> ScoreTally {
    var tally = ScoreTally(classes: classes)
    loader.begin(epoch: 0)
    while let batch = try loader.next() {
      let scores = try scores(batch)
      for index in 0..<batch.count {
        tally.add(scores[index * classes..<(index + 1) * classes], label: Int(batch.labels[index]))
      }
      loader.recycle(batch)
      progress(tally.count)
    }
    return tally
  }
}
