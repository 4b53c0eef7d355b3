/// How throughput follows the number of workers: a law fitted to what was measured, by least squares of relative
/// errors.
///
/// X(n) = rate n / (1 + contention (n - 1) + coherence n (n - 1)).
///
/// Without coherence this is Amdahl's law, and contention is its serial share.
/// Sources: Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities",
/// AFIPS 1967; Gunther, "Guerrilla capacity planning", Springer 2007, chapter 4 (the universal scalability law).
public struct ScalabilityFit: Codable, Equatable, Sendable {
  /// A point: workers, and images a second.
  public struct Point: Codable, Equatable, Sendable {
    /// Workers, 1 or more, and the images a second that they reach together, above 0.
    public var workers: Int
    /// See ``workers``.
    public var imagesPerSecond: Double

    /// A point.
    public init(workers: Int, imagesPerSecond: Double) {
      self.workers = workers
      self.imagesPerSecond = imagesPerSecond
    }
  }

  /// Images a second of one worker, by the law.
  public var rate: Double
  /// The share of the work that cannot be shared out (Amdahl's serial share), 0 or more.
  public var contention: Double
  /// What keeping every pair of workers in step costs, as a share of one worker's work; 0 or more, and 0 in
  /// Amdahl's law.
  public var coherence: Double
  /// Different numbers of workers that were measured.
  public var points: Int
  /// The root of the mean square of the relative errors; 0 where the law passes through every point, as it must
  /// where there are as many parameters.
  public var relativeError: Double

  /// Images a second of a number of workers, by the law.
  public func imagesPerSecond(workers: Int) -> Double { imagesPerSecond(workers: Double(workers)) }

  /// The same between whole numbers, for curves.
  func imagesPerSecond(workers n: Double) -> Double {
    return rate * n / (1 + contention * (n - 1) + coherence * n * (n - 1))
  }

  /// The number of workers after which more of them are slower; nil where that never comes.
  public var bestWorkers: Double? {
    coherence > 0 && contention < 1 ? ((1 - contention) / coherence).squareRoot() : nil
  }

  /// Amdahl's law; nil unless two different numbers of workers were measured.
  ///
  /// A serial share above 1 (more workers are slower) is no share: it is then 1.
  public static func amdahl(_ points: [Point]) -> ScalabilityFit? {
    guard var fit = fit(points, terms: [1]), fit.points >= 2 else { return nil }
    if fit.contention > 1 {
      // The rate that fits best with the share at its bound.
      fit.contention = 1
      fit.rate = points.reduce(0) { $0 + $1.imagesPerSecond } / Double(points.count)
      fit.relativeError = fit.error(points)
    }
    return fit
  }

  /// The universal scalability law; nil unless three different numbers of workers were measured, since two cannot
  /// tell contention from coherence.
  public static func universal(_ points: [Point]) -> ScalabilityFit? {
    if Set(points.map(\.workers)).count < 3 { return nil }
    // None of the terms may be negative: the best of those fits that keep to it.
    return [[1, 2], [1], [2], []].compactMap { fit(points, terms: $0) }
      .min { ($0.relativeError, $0.coherence) < ($1.relativeError, $1.coherence) }
  }
}

extension ScalabilityFit {
  /// n / X(n) = a + b (n - 1) + c n (n - 1) is linear in its terms; b and c only where they are asked for.
  /// - Returns: nil where a term comes out negative and no fit without it was asked for; Amdahl's falls back on 0.
  private static func fit(_ points: [Point], terms: [Int]) -> ScalabilityFit? {
    let known = points.filter { $0.workers > 0 && $0.imagesPerSecond > 0 }
    let counts = Set(known.map(\.workers)).count
    if counts < terms.count + 1 { return nil }
    let rows = known.map { point -> [Double] in
      let n = Double(point.workers)
      let weight = point.imagesPerSecond / n
      return ([0] + terms).map { weight * [1, n - 1, n * (n - 1)][$0] }
    }
    guard let solution = LeastSquares.solve(rows, Array(repeating: 1, count: rows.count)),
      solution[0] > 0
    else { return nil }
    var parts = [0.0, 0, 0]
    for (term, value) in zip([0] + terms, solution) { parts[term] = value }
    if parts[1] < 0 || parts[2] < 0 {
      // Measurements that scale better than perfectly, by chance.
      return terms == [1] ? fit(points, terms: []) : nil
    }
    var fit = ScalabilityFit(
      rate: 1 / parts[0], contention: parts[1] / parts[0], coherence: parts[2] / parts[0], points: counts,
      relativeError: 0)
    fit.relativeError = fit.error(known)
    return fit
  }

  private func error(_ points: [Point]) -> Double {
    let squares = points.map { point -> Double in
      let error = imagesPerSecond(workers: point.workers) / point.imagesPerSecond - 1
      return error * error
    }
    return (squares.reduce(0, +) / Double(points.count)).squareRoot()
  }
}
