import Augmentation
import Datasets
import ImageCodecs
import Pixels
import Randomness

/// What a decoder does with one chunk: decode, augment, fit to the input's size, normalise into the batch.
///
/// A value without state, so that any number of decoders can use it at the same time.
struct SampleReader: Sendable {
  private let samples: [ImageSample]
  private let seed: UInt64
  private let recipe: AugmentationRecipe?
  private let preprocessing: Preprocessing
  private let decodeOptions: DecodeOptions
  private let views: [ImageView]
  private let normalize: Normalize
  private let onBadImage: BadImagePolicy
  /// For tests of failures alone: called with the path of every image before it is read.
  private let fault: (@Sendable (String) -> Void)?

  init(
    samples: [ImageSample], options: LoaderOptions, fault: (@Sendable (String) -> Void)? = nil
  ) throws(LoadingError) {
    self.fault = fault
    self.samples = samples
    seed = options.seed
    recipe = options.recipe
    preprocessing = options.preprocessing
    decodeOptions = options.decodeOptions
    views = options.views
    normalize = try options.preprocessing.normalization()
    onBadImage = options.onBadImage
  }

  /// Fills the positions of a chunk, up to the first failure.
  func fill(_ chunk: BatchRing.Chunk, _ status: LaneStatus) -> BatchRing.Outcome {
    let start = chunk.plan.range(ofBatch: chunk.number).lowerBound
    var outcome = BatchRing.Outcome()
    defer { status.rest() }
    // The views of an image follow each other, so that most find it decoded.
    var decoded: (path: String, image: PixelBuffer)?
    // One image after the other in the same memory.
    var image = PixelBuffer(width: 1, height: 1, channels: 1)
    for position in chunk.positions {
      let index = chunk.plan.order[start + position]
      let sample = samples[index]
      status.begin(sample: index)
      fault?(sample.path)
      do throws(LoadingError) {
        let view = views[index % views.count]
        let copy = chunk.plan.copy(at: start + position)
        var isMirrored = false
        if let recipe, views == [.plain] {
          let epoch = UInt32(truncatingIfNeeded: chunk.plan.epoch)
          let key = SampleKey(seed: seed, epoch: epoch, sample: sample.identity, copy: copy)
          isMirrored = try augment(sample, by: recipe, key, &image)
        } else if let decoded, decoded.path == sample.path {
          image = decoded.image
        } else {
          try decode(sample.path, into: &image) { _ in nil }
          if views.count > 1 { decoded = (sample.path, image) }
        }
        try store(&image, isMirrored, of: sample, as: view, copy: copy, into: chunk.batch, at: position)
      } catch {
        if case .badImage(let image) = error, onBadImage == .skip {
          outcome.skipped.append((position, image))
        } else {
          outcome.failure = (position, error)
          break
        }
      }
    }
    return outcome
  }

  /// Decodes what a recipe looks at of an image, and applies the recipe.
  /// - Returns: whether left has still to become right.
  private func augment(
    _ sample: ImageSample, by recipe: AugmentationRecipe, _ key: SampleKey, _ image: inout PixelBuffer
  ) throws(LoadingError) -> Bool {
    var start: Result<RecipeStart, AugmentationError>?
    try decode(sample.path, into: &image) { header in
      do throws(AugmentationError) {
        let begun = try recipe.start(for: ImageSize(width: header.width, height: header.height), key: key)
        start = .success(begun)
        return begun.region
      } catch {
        start = .failure(error)
        return nil
      }
    }
    do throws(AugmentationError) {
      guard let start = try start?.get() else { preconditionFailure("every image has a header") }
      return try recipe.apply(to: &image, from: start, key: key)
    } catch {
      throw .preparation(path: sample.path, reason: "\(error)")
    }
  }

  /// - Parameters:
  ///   - isMirrored: whether left has still to become right.
  ///   - copy: how often the epoch has visited the sample before.
  private func store(
    _ image: inout PixelBuffer, _ isMirrored: Bool, of sample: ImageSample, as view: ImageView, copy: UInt32,
    into batch: ImageBatch, at position: Int
  ) throws(LoadingError) {
    do throws(AugmentationError) {
      var isMirrored = isMirrored
      if image.width != preprocessing.width || image.height != preprocessing.height || view != .plain {
        // Whether an image is mirrored before or after it is fitted can differ by a rounding.
        if isMirrored { image.mirror() }
        isMirrored = false
        image = try preprocessing.fit(image, as: view)
      }
      var target = batch.image(at: position).mutableSpan
      try normalize.store(image, into: &target, mirrored: isMirrored)
    } catch {
      throw .preparation(path: sample.path, reason: "\(error)")
    }
    batch.labels[position] = Int32(truncatingIfNeeded: sample.label)
    // Whatever else is drawn for it, such as dropout, differs from visit to visit as well.
    batch.samples[position] =
      copy == 0 ? sample.identity : StableHash.combine(sample.identity, UInt64(copy))
  }

  private func decode(
    _ path: String, into image: inout PixelBuffer, region: (ImageHeader) -> PixelRegion?
  ) throws(LoadingError) {
    do {
      try ImageCodec.decode(contentsOf: path, into: &image, options: decodeOptions, region: region)
    } catch {
      let name = path + ": "
      let text = error.description
      let reason = text.hasPrefix(name) ? String(text.dropFirst(name.count)) : text
      // Not the image's fault: to go on without it would make the result depend on the machine.
      if case .outOfMemory = error { throw .preparation(path: path, reason: reason) }
      throw .badImage(BadImage(path: path, reason: reason))
    }
  }
}
