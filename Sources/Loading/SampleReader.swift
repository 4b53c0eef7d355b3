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
  private let views: [ImageView]
  private let normalize: Normalize
  private let onBadImage: BadImagePolicy
  /// What may take the place of a bad image; nil where nothing does.
  private let replacements: ReplacementClasses?
  private let source: PixelSource
  /// For tests of failures alone: called with the path of every image before it is read.
  private let fault: (@Sendable (String) -> Void)?

  init(
    samples: [ImageSample], options: LoaderOptions, cache: (any PixelCache)? = nil,
    fault: (@Sendable (String) -> Void)? = nil
  ) throws(LoadingError) {
    self.fault = fault
    source = PixelSource(samples: samples, options: options, cache: cache)
    self.samples = samples
    seed = options.seed
    recipe = options.recipe
    preprocessing = options.preprocessing
    views = options.views
    normalize = try options.preprocessing.normalization()
    onBadImage = options.onBadImage
    replacements = options.replacesBadImages ? ReplacementClasses(of: samples) : nil
  }

  /// Fills the positions of a chunk, up to the first failure.
  /// - Parameter memory: the decoder's own.
  func fill(
    _ chunk: BatchRing.Chunk, in memory: inout DecoderMemory, _ status: LaneStatus
  ) -> BatchRing.Outcome {
    let start = chunk.plan.range(ofBatch: chunk.number).lowerBound
    var outcome = BatchRing.Outcome()
    defer { status.rest() }
    // The views of an image follow each other, so that most find it decoded.
    var decoded: (path: String, image: PixelBuffer)?
    for position in chunk.positions {
      let index = chunk.plan.order[start + position]
      let sample = samples[index]
      status.begin(sample: index)
      fault?(sample.path)
      do throws(LoadingError) {
        let (view, copy) = (views[index % views.count], chunk.plan.copy(at: start + position))
        var isMirrored = false
        if let decoded, decoded.path == sample.path {
          memory.image = decoded.image
        } else {
          isMirrored = try source.read(
            index, by: recipe(for: index, chunk.plan.epoch, copy: copy), into: &memory)
          if views.count > 1 { decoded = (sample.path, memory.image) }
        }
        try store(
          &memory.image, isMirrored, of: sample, as: view, copy: copy, into: chunk.batch, at: position)
      } catch {
        guard case .badImage(let bad) = error, onBadImage == .skip else {
          outcome.failure = (position, error)
          break
        }
        let isReplaced = replacements != nil
        outcome.bad.append(
          BatchRing.Bad(position: position, sample: sample, image: bad, isReplaced: isReplaced))
        if !isReplaced { continue }
        do throws(LoadingError) {
          try replace(
            index, bad, copy: chunk.plan.copy(at: start + position), in: chunk, at: position, &memory,
            &outcome
          )
        } catch {
          outcome.failure = (position, error)
          break
        }
      }
    }
    return outcome
  }

  /// Puts the first of the images in a bad one's place that can be read.
  /// - Parameters:
  ///   - index: of the bad sample.
  ///   - outcome: gets those that are bad as well.
  private func replace(
    _ index: Int, _ bad: BadImage, copy: UInt32, in chunk: BatchRing.Chunk, at position: Int,
    _ memory: inout DecoderMemory, _ outcome: inout BatchRing.Outcome
  ) throws(LoadingError) {
    guard var draws = replacements?.draws(for: index, of: samples, copy: copy, in: chunk.plan) else { return }
    while let draw = draws.next() {
      let sample = samples[draw.sample]
      fault?(sample.path)
      do throws(LoadingError) {
        let isMirrored = try source.read(
          draw.sample, by: recipe(for: draw.sample, chunk.plan.epoch, copy: draw.copy), into: &memory)
        try store(
          &memory.image, isMirrored, of: sample, as: views[0], copy: draw.copy, into: chunk.batch,
          at: position)
        return
      } catch .badImage(let image) {
        outcome.bad.append(BatchRing.Bad(position: position, sample: sample, image: image, isReplaced: true))
      }
    }
    throw .everyImageOfClassIsBad(count: draws.classSize, first: bad)
  }

  /// What is done to a sample's image.
  /// - Parameter copy: how often the epoch has visited the sample before.
  private func recipe(for index: Int, _ epoch: Int, copy: UInt32) -> SampleRecipe {
    SampleRecipe(
      recipe: views == [.plain] ? recipe : nil,
      key: SampleKey(
        seed: seed, epoch: UInt32(truncatingIfNeeded: epoch), sample: samples[index].identity, copy: copy))
  }

  /// Writes an image into its place of a batch, in fp32 also where the network takes bf16: the pass that brings images
  /// into the first layer's order rounds them on its way, mixing and noise come before that, and to write 224x224 pixels
  /// as bf16 takes as long (34 us; fp32 33 us).
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
}
