import Foundation
import Interchange

/// `steps.csv`: a row for each step, with a digest of every tensor after it, so that two runs can be compared step by
/// step (`convoy diff`).
///
/// Rows wait in memory until the next checkpoint, which states how long the file is: a run that goes on from it cuts
/// off what a killed process wrote behind.
final class StepLog {
  /// The columns before those of the tensors.
  static let facts = ["step", "epoch", "loss", "lr", "gradient_norm"]

  private let path: String
  private let handle: FileHandle
  private var waiting: [UInt8] = []
  private var written: Int

  /// Bytes of the file with the rows that wait.
  var length: Int { written + waiting.count }

  /// Whether the rows of before are there, where a run is resumed.
  let isWhole: Bool

  /// Opens the file, or begins it.
  ///
  /// Throws ``TrainingError/cannotCreate(path:reason:)`` and ``TrainingError/writeFailed(path:reason:kept:)``.
  /// - Parameters:
  ///   - tensors: names of the tensors, in the order of their digests.
  ///   - length: bytes of it that count, as a checkpoint states; nil for a new run. A file that is shorter begins
  ///     anew.
  init(path: String, tensors: [String], length: Int?) throws(TrainingError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: String(cString: strerror(errno))) }
    self.path = path
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let size = Int(lseek(descriptor, 0, SEEK_END))
    isWhole = length.map { $0 <= size } ?? true
    written = isWhole ? length ?? 0 : 0
    guard ftruncate(descriptor, off_t(written)) == 0, lseek(descriptor, 0, SEEK_END) == written else {
      throw .writeFailed(path: path, reason: String(cString: strerror(errno)), kept: nil)
    }
    if written == 0 { waiting = Array(((Self.facts + tensors).joined(separator: ",") + "\n").utf8) }
  }

  /// Adds a step's row.
  /// - Parameters:
  ///   - step: steps done since the run's beginning, this one included.
  ///   - epoch: counted from 1.
  ///   - gradientNorm: before clipping.
  func append(
    step: Int, epoch: Int, loss: Double, learningRate: Double, gradientNorm: Double, digests: [UInt32]
  ) throws {
    waiting += "\(step),\(epoch),\(loss),\(learningRate),\(gradientNorm)".utf8
    for digest in digests {
      waiting.append(UInt8(ascii: ","))
      for shift in stride(from: 28, through: 0, by: -4) {
        let digit = UInt8(digest >> UInt32(shift) & 15)
        waiting.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
    waiting.append(UInt8(ascii: "\n"))
    if waiting.count > 1 << 20 { try write() }
  }

  /// Brings every row to the disk: before a checkpoint that counts on them.
  func flush() throws {
    try write()
    do { try handle.synchronize() } catch { throw failure(error) }
  }

  private func write() throws {
    do { try handle.write(contentsOf: waiting) } catch { throw failure(error) }
    written += waiting.count
    waiting.removeAll(keepingCapacity: true)
  }

  private func failure(_ error: any Error) -> TrainingError {
    .writeFailed(path: path, reason: SystemReason.of(error), kept: nil)
  }
}
