import Loading
import Parallel
import Pixels

extension DataParallel {
  /// Scores every image of a loader once, in its order.
  /// - Parameters:
  ///   - features: gives the images' features instead, where they are kept.
  ///   - progress: hears the images scored so far, after every batch.
  func tally(
    _ loader: BatchLoader, features: FeatureFeed? = nil, progress: (_ done: Int) -> Void = { _ in }
  ) throws -> ScoreTally {
    var tally = ScoreTally(classes: classes)
    func add(_ batch: ImageBatch, of content: BatchContent) throws {
      let scores = try scores(batch, of: content)
      for index in 0..<batch.count {
        tally.add(scores[index * classes..<(index + 1) * classes], label: Int(batch.labels[index]))
      }
      progress(tally.count)
    }
    if let features {
      features.begin(epoch: 0)
      while let batch = try features.next(self) { try add(batch, of: .features) }
    } else {
      loader.begin(epoch: 0)
      while let batch = try loader.next() {
        try add(batch, of: .images)
        loader.recycle(batch)
      }
    }
    return tally
  }
}
