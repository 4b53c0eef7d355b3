import Testing

@testable import Augmentation

/// Limits of Kolmogorov and Smirnov's and of chi-square's test with 99.9% confidence; seeds are fixed.
@Suite("What geometric transforms draw")
struct GeometryDrawTests {
  /// The plans of 3,000 samples.
  private func plans<Plan: TransformPlan>(
    _ transform: any Transform, _ size: ImageSize = 1000, as type: Plan.Type = Plan.self
  ) throws -> [Plan] {
    let recipe = AugmentationRecipe(steps: [transform])
    return try keys(3000).compactMap { try recipe.plan(for: size, key: $0).steps.first?.plan as? Plan }
  }

  private func isUniform(_ values: [Double], _ range: ClosedRange<Double>) -> Bool {
    let width = range.upperBound - range.lowerBound
    let placed = values.map { ($0 - range.lowerBound) / width }
    return largestGap(placed) < 1.95 / Double(values.count).squareRoot()
  }

  @Test("Every number of an affine warp is uniform in its range, and independent")
  func affine() throws {
    let plans: [Affine.Plan] = try plans(
      Affine(
        degrees: -20...50, translateX: -0.2...0.1, translateY: 0...0.3, scale: 0.5...2, shearX: -5...10,
        shearY: 3...4))
    #expect(plans.count == 3000)
    #expect(isUniform(plans.map(\.degrees), -20...50))
    #expect(isUniform(plans.map(\.columns), -200...100))
    #expect(isUniform(plans.map(\.rows), 0...300))
    #expect(isUniform(plans.map(\.scale), 0.5...2))
    #expect(isUniform(plans.map(\.shearX), -5...10))
    #expect(isUniform(plans.map(\.shearY), 3...4))
    // The signs of two of them, together.
    var counts = [0, 0, 0, 0]
    for plan in plans { counts[(plan.degrees < 15 ? 0 : 1) + (plan.shearX < 2.5 ? 0 : 2)] += 1 }
    #expect(chiSquare(counts, shares: [0.25, 0.25, 0.25, 0.25]) < 16.27)
  }

  @Test("Corners, lenses, steps, points and sides move uniformly")
  func distortions() throws {
    let views: [Perspective.Plan] = try plans(Perspective(distortion: 0.4, probability: 1))
    for corner in 0..<4 {
      let ends = Perspective.Plan.corners(of: 1000)[corner]
      for axis in 0..<2 {
        // Whole numbers of 0 to 200, in the middle of their steps.
        let moves = views.map { Double(abs($0.corners[corner][axis] - ends[axis])) + 0.5 }
        #expect(isUniform(moves, 0...201))
      }
    }
    let lenses: [OpticalDistortion.Plan] = try plans(OpticalDistortion(distortion: -0.5...0.2))
    #expect(isUniform(lenses.map(\.distortion), -0.5...0.2))
    let splines: [ThinPlateSpline.Plan] = try plans(ThinPlateSpline(points: 2, distortion: 0.2), 8)
    for point in 0..<4 {
      #expect(isUniform(splines.map { $0.moves[point][0] }, -0.2...0.2))
      #expect(isUniform(splines.map { $0.moves[point][1] }, -0.2...0.2))
    }
    let grids: [GridDistortion.Plan] = try plans(GridDistortion(steps: 3, distortion: 0.5, probability: 1), 8)
    for grid in grids {
      for lines in [grid.columns, grid.rows] {
        #expect(lines.first == 0 && lines.last == 1 && lines == lines.sorted() && lines.count == 4)
      }
    }
    // By symmetry the steps of a grid are alike, so that each is a third of the whole on average.
    let steps = grids.map { $0.columns[1] }
    let mean: Double = steps.reduce(0, +) / 3000
    #expect(mean > 0.328 && mean < 0.338)
    let crops: [CropAndResize] = try plans(CropAndPad(fraction: -0.2...0.3))
    #expect(isUniform(crops.map { Double(-$0.crop.x) }, -200...300))
    #expect(isUniform(crops.map { Double(-$0.crop.y) }, -200...300))
    let right = crops.map { (plan: CropAndResize) -> Double in
      let end: Int = plan.crop.x + plan.crop.size.width
      return Double(end - 1000)
    }
    #expect(isUniform(right, -200...300))
  }

  @Test("Turns, symmetries, crops and orders of tiles are equally likely")
  func choices() throws {
    func counts(_ transform: any Transform, _ size: ImageSize = 40) throws -> [Int] {
      let recipe = AugmentationRecipe(steps: [transform])
      var counts: [String: Int] = [:]
      for key in keys(3000) {
        let step = try recipe.plan(for: size, key: key).steps.first
        counts[step.map { "\($0.plan)" } ?? "none", default: 0] += 1
      }
      return counts.sorted { $0.key < $1.key }.map(\.value)
    }
    for (transform, number, limit) in [
      (Rotate90(), 4, 16.27), (D4(), 8, 24.32), (FiveCrop(10), 5, 18.47),
      (GridShuffle(rows: 2, columns: 2), 24, 49.73), (GridShuffle(rows: 1, columns: 3), 2, 10.83),
    ] as [(any Transform, Int, Double)] {
      let counts = try counts(transform)
      #expect(counts.count == number, "\(transform)")
      let shares = [Double](repeating: 1 / Double(number), count: number)
      let statistic = chiSquare(counts, shares: shares)
      #expect(statistic < limit, "\(transform)")
    }
  }

  @Test("Gates open as often as asked for")
  func gates() throws {
    for (transform, probability) in [
      (VerticalFlip(), 0.5), (Transpose(probability: 0.2), 0.2), (Perspective(), 0.5),
      (GridDistortion(), 0.5), (RandomErasing(), 0.5), (CoarseDropout(), 0.5), (GridMask(), 0.5),
      (PixelDropout(), 0.5), (Elastic(probability: 0.3), 0.3),
    ] as [(any Transform, Double)] {
      let recipe = AugmentationRecipe(steps: [transform])
      let times = try keys(3000).count { try !recipe.plan(for: 100, key: $0).steps.isEmpty }
      let statistic = chiSquare([times, 3000 - times], shares: [probability, 1 - probability])
      #expect(statistic < 10.83, "\(transform)")
    }
  }

  @Test("An elastic displacement has the spread that smoothing leaves, and no drift")
  func elastic() {
    let size = ImageSize.square(120)
    let field = DisplacementField(alpha: 20, sigma: 2, seed: 5, size: size)
    // The variance of a uniform number of -10...10, times the sum of the squares of the Gaussian's weights.
    let expected: Double = 33.3333 / (16 * Double.pi)
    for values in [field.x, field.y] {
      let count = Double(values.count)
      var (sum, squares) = (0.0, 0.0)
      for value in values {
        sum += Double(value)
        squares += Double(value) * Double(value)
      }
      let limit: Double = 3.29 * (33.3333 / count).squareRoot()
      #expect(abs(sum / count) < limit)
      let ratio: Double = squares / count / expected
      #expect(ratio > 0.75 && ratio < 1.25)
    }
    let again = DisplacementField(alpha: 20, sigma: 2, seed: 5, size: size)
    #expect(again.x == field.x && field.x != field.y)
    #expect(DisplacementField(alpha: 20, sigma: 2, seed: 6, size: size).x != field.x)
  }
}
