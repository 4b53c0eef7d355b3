/// The draws of one operation for one sample: a counter-based stream, so a value and not a shared state.
///
/// Two streams differ when any of seed, epoch, sample, copy, operation path or purpose differ. Draw numbers
/// count from zero in each, so that one operation's draws never move another's.
public struct RandomStream: Sendable {
  /// Why draws are made. Gate draws (does it happen at all?) never move parameter draws.
  public enum Purpose: UInt64, Sendable {
    case gate = 1
    case parameters = 2
  }

  private let key: SIMD2<UInt32>
  private let sample: UInt64
  private let epoch: UInt32
  private var block: UInt32 = 0
  private var words = SIMD4<UInt32>()
  private var unread = 0

  /// The stream of an operation.
  /// - Parameters:
  ///   - path: names the operation within its recipe or network, such as `"2/ColorJitter"`.
  public init(_ key: SampleKey, path: String, purpose: Purpose = .parameters) {
    let word = StableHash.combine(key.seed, UInt64(key.copy), StableHash.of(path), purpose.rawValue)
    self.key = SIMD2(UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
    sample = key.sample
    epoch = key.epoch
  }

  /// The key and all but the first word of the counter of its ``Philox`` blocks. The first word counts the blocks
  /// from 0, each of which is four draws: for kernels that make many draws at once.
  public var philox: (key: SIMD2<UInt32>, counter: SIMD3<UInt32>) {
    (key, SIMD3(epoch, UInt32(truncatingIfNeeded: sample), UInt32(truncatingIfNeeded: sample >> 32)))
  }

  /// The next 32 random bits.
  public mutating func next() -> UInt32 {
    if unread == 0 {
      words = Philox.block(
        counter: SIMD4(
          block, epoch, UInt32(truncatingIfNeeded: sample), UInt32(truncatingIfNeeded: sample >> 32)),
        key: key)
      block &+= 1
      unread = 4
    }
    unread -= 1
    return words[3 - unread]
  }

  /// The next 64 random bits.
  public mutating func nextWord() -> UInt64 {
    let low = UInt64(next())
    return low | UInt64(next()) << 32
  }
}
