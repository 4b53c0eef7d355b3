/// A run that makes no progress any more: where it hangs, and what is left of it.
public struct Stall: Codable, Equatable, Sendable {
  /// Where a run can hang.
  public enum Place: Codable, Equatable, Sendable {
    /// A worker in a phase, such as "forward and backward".
    case worker(Int, phase: String)
    /// A decoder of images, numbered from 0, with the file that it is on.
    case loader(lane: Int, path: String)
    /// Writing to the run folder.
    case saving(folder: String)
    /// None of these: something between them.
    case elsewhere(String)
  }

  /// Where it hangs.
  public var place: Place
  /// Others that hang in the same way beside it.
  public var others: Int
  /// How long nothing has moved, in seconds.
  public var seconds: Int
  /// The epoch and the step in it under way, both from 1.
  public var epoch, step: Int
  /// The last good checkpoint; nil where there is none yet.
  public var checkpoint: String?
}

extension Stall: CustomStringConvertible {
  /// One line: what hangs, since when, and what to do.
  public var description: String {
    let position = " in epoch \(epoch), step \(step)"
    let (culprit, when) =
      switch place {
      case .worker(let number, let phase): ("worker \(number) hangs in \(phase)", position)
      case .loader(let lane, let path): ("\(path): loader thread \(lane) hangs on this image", position)
      case .saving(let folder): ("\(folder): saving hangs", "")
      case .elsewhere(let stage): ("\(stage) hangs, though no worker or loader is at work", position)
      }
    return culprit + (others > 0 ? " (and \(others) more)" : "")
      + ": no progress for \(seconds) s\(when) (--stall-seconds); "
      + (checkpoint.map { "the last good checkpoint is \($0)" } ?? "there is no checkpoint yet")
  }
}
