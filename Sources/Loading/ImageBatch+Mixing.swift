import Augmentation
import Pixels

extension ImageBatch {
  /// Mixes every image with the one at the mirrored place, both ways, and notes the other's label and the share of
  /// its own; marks the batch as unmixed where there is no plan.
  func mix(_ plan: MixingPlan?) {
    isMixed = plan != nil
    guard let plan else { return }
    let share = Float(plan.share)
    for place in 0..<count {
      let partner = BatchMixing.partner(of: place, among: count)
      partners[place] = labels[partner]
      shares[place] = partner == place ? 1 : share
      if place < partner {
        var first = image(at: place).mutableSpan
        var second = image(at: partner).mutableSpan
        plan.apply(to: &first, and: &second)
      }
    }
  }
}
