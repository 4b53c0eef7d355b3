import CAllocationCounter
import TestSupport
import Testing

@testable import Augmentation

/// The promise that an image takes nothing from the heap once the memory of an earlier one is there.
@Suite(.serialized) struct AllocationTests {
  private static let steps: [any Transform] =
    everything.steps + colours.steps + policies.steps + filters.steps + [
      Affine(degrees: -9...9), CoarseDropout(probability: 1), D4(), Elastic(), GridDistortion(probability: 1),
      GridMask(probability: 1), GridShuffle(probability: 1), OpticalDistortion(probability: 1),
      Perspective(probability: 1), PixelDropout(probability: 1), RandomErasing(probability: 1), Rotate90(),
      ThinPlateSpline(probability: 1), Transpose(probability: 1), VerticalFlip(probability: 1),
    ]

  /// How many small lists a transform may make for an image, where its plan is a list or needs some. Those not named
  /// here make none.
  private static let lists: [String: Int] = [
    "channel_dropout": 2, "channel_shuffle": 3, "coarse_dropout": 1, "color_jitter": 1, "defocus": 25,
    "gaussian_blur": 5, "grid_distortion": 8, "grid_shuffle": 20, "motion_blur": 25, "perspective": 60,
    "random_erasing": 1, "rgb_shift": 1, "thin_plate_spline": 140,
    // These also hold planes of numbers while they work.
    "aug_mix": 30, "clahe": 6, "elastic": 20,
    // These make a list of operations.
    "auto_augment": 3, "rand_augment": 5, "trivial_augment_wide": 3,
  ]

  @Test(
    .enabled(if: allocation_counter_works(), "a sanitizer has an allocator of its own"),
    .enabled(if: ReleaseBuild.isThis, "only release builds keep the promise"), arguments: steps.indices)
  func anImageAllocatesNoPixels(index: Int) throws {
    let step = Self.steps[index], name = type(of: step).name
    let count = try allocations(AugmentationRecipe(steps: [step]))
    #expect(count <= Double(Self.lists[name] ?? 0), "\(name)")
  }

  /// The most common steps one behind the other, among them a size that changes with every image.
  @Test(
    .enabled(if: allocation_counter_works(), "a sanitizer has an allocator of its own"),
    .enabled(if: ReleaseBuild.isThis, "only release builds keep the promise"))
  func aRecipeAllocatesNothing() throws {
    let recipe = AugmentationRecipe {
      RandomCrop(40)
      RandomResizedCrop(24)
      HorizontalFlip()
      Rotate(degrees: 15)
      Brightness()
      Contrast()
      Grayscale(probability: 0.5)
    }
    #expect(try allocations(recipe) == 0)
  }

  /// How often an image takes memory, on average.
  private func allocations(_ recipe: AugmentationRecipe) throws -> Double {
    let image = noise(61, 47, 3)
    var result = PixelBuffer(width: 1, height: 1, channels: 1)
    let images = { (range: Range<UInt64>) in
      for sample in range {
        try recipe.apply(to: image, into: &result, key: SampleKey(seed: 1, sample: sample))
      }
    }
    // Random sizes: by now each kind of memory is as large as it will ever be.
    try images(0..<400)
    allocation_counter_start()
    defer { allocation_counter_stop() }
    try images(400..<440)
    allocation_counter_stop()
    if allocation_counter_own() != 0 { print(recipe.transformNames, allocation_counter_own()) }
    return Double(allocation_counter_own()) / 40
  }
}
