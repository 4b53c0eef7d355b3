import Randomness

/// The regions of fractional max pooling along one axis: between the members of a rising sequence from the first pixel
/// to the last, whose increments are the ratio of input to output, rounded up or down.
///
/// Disjoint regions are `a[i]..<a[i + 1]` with `a` from 0 to the input's size; overlapping ones `a[i]...a[i + 1]` with
/// `a` from 0 to the last pixel, which share their borders.
///
/// Source: Graham, "Fractional max-pooling", 2014.
public struct FractionalRegions: Sendable, Equatable {
  /// How a sequence is drawn.
  public enum Sequence: String, Codable, Sendable, CaseIterable {
    /// `ceil(ratio * (i + u))` for one `u` between 0 and 1, less its first member.
    case pseudoRandom = "pseudo-random"
    /// The increments in random order.
    case random
  }

  /// Pixels, and regions.
  public let input, output: Int
  /// Whether neighbours share a pixel.
  public let overlapping: Bool

  /// Regions along an axis: 1 to `input` of them, or to `input - 1` where they overlap.
  public init(input: Int, output: Int, overlapping: Bool) {
    self.input = input
    self.output = output
    self.overlapping = overlapping
  }

  /// What the increments add up to.
  public var span: Int { overlapping ? input - 1 : input }

  /// The pseudo-random regions for `u = offset / 2^33`, which is below 1; computed in whole numbers, so exactly.
  public func pseudoRandom(offset: Int, into regions: UnsafeMutablePointer<Range<Int32>>) {
    // ceil(span * (i + u) / output) in parts that do not overflow.
    func member(_ i: Int) -> Int {
      let (whole, rest) = (span * i).quotientAndRemainder(dividingBy: output)
      let denominator = output << 33
      return whole + ((rest << 33) + span * offset + denominator - 1) / denominator
    }
    let first = member(0)
    var last = 0
    for i in 0..<output {
      let next = member(i + 1) - first
      regions[i] = region(from: last, to: next)
      last = next
    }
  }

  /// The regions of increments in random order, all orders alike.
  public func random(_ stream: inout RandomStream, into regions: UnsafeMutablePointer<Range<Int32>>) {
    let small = span / output
    var large = span - small * output  // increments of one more that are left
    var last = 0
    for i in 0..<output {
      let isLarge = stream.integer(in: 0...output - i - 1) < large
      if isLarge { large -= 1 }
      let next = last + small + (isLarge ? 1 : 0)
      regions[i] = region(from: last, to: next)
      last = next
    }
  }

  /// The regions of a sequence that `stream` draws.
  public func draw(
    _ sequence: Sequence, _ stream: inout RandomStream, into regions: UnsafeMutablePointer<Range<Int32>>
  ) {
    switch sequence {
    case .pseudoRandom: pseudoRandom(offset: 2 * Int(stream.next()) + 1, into: regions)
    case .random: random(&stream, into: regions)
    }
  }

  private func region(from start: Int, to next: Int) -> Range<Int32> {
    Int32(start)..<Int32(overlapping ? next + 1 : next)
  }
}
