import Foundation
import TestSupport
import Testing

/// A disk that fills up while copies are made: nothing half-written is left, and the same command goes on.
@Suite("convoy augment on a full disk")
struct AugmentFullDiskTests {
  /// A limit on the size of files stands for a full disk: it works wherever the test runs.
  @Test("a file that cannot be written leaves nothing of it")
  func limit() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", count: 40)
    let output = folder.path(of: "out")
    let command = ["augment", data, output, "--recipe", "standard", "--copies", "3"]
    // The manifest is the file that grows beyond the limit.
    let failed = try ConvoyBinary.runLimited(kibibytesPerFile: 16, command)
    #expect(failed.status == 74)
    #expect(
      failed.error
        == "convoy: error: \(output)/manifest.jsonl: cannot be written: File too large; what was made before stays, "
        + "and the same command goes on from there\n")
    let manifest = try String(contentsOfFile: output + "/manifest.jsonl", encoding: .utf8)
    #expect(manifest.hasSuffix("\n") && manifest.utf8.count <= 16 << 10)
    #expect(try Self.partial(output).isEmpty)
    let resumed = try ConvoyBinary.run(command)
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(try ConvoyBinary.run(["augment", data, output, "--verify"]).status == 0)
    #expect(try Self.lines(output) == 240)
  }

  /// Whether this process may have a small disk of its own (a tmpfs in a mount namespace).
  private static let hasSmallDisk: Bool = {
    let line = #"unshare -rm bash -c 'mount -t tmpfs -o size=1m none /mnt'"#
    return (try? ConvoyBinary.run(shell: line, []))?.status == 0
  }()

  @Test("a small disk fills up, and the work goes on when there is room", .enabled(if: hasSmallDisk))
  func smallDisk() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.make(in: folder, "data", count: 40)
    let script = #"""
      convoy=$1 data=$2
      mount -t tmpfs -o size=4m none /mnt
      head -c 3400K /dev/zero > /mnt/filler
      "$convoy" augment "$data" /mnt/out --recipe standard --copies 4 --quiet
      echo "status $?" >&2
      find /mnt/out -name '*.partial' >&2
      rm /mnt/filler
      "$convoy" augment "$data" /mnt/out --recipe standard --copies 4 --quiet &&
        exec "$convoy" augment "$data" /mnt/out --verify
      """#
    let outcome = try ConvoyBinary.run(
      shell: #"script=$1; shift; exec unshare -rm bash -c "$script" bash "$0" "$@""#, [script, data])
    let said = outcome.error.split(separator: "\n")
    #expect(said.count == 2, "\(outcome.error)")
    #expect(
      said.first?.contains(
        /^convoy: error: \/mnt\/out\/.*: cannot be written: No space left on device; what was made before stays/
      )
        == true, "\(outcome.error)")
    #expect(said.last == "status 74")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasSuffix("verified: 320 files, each as the manifest says\n"))
  }

  private static func partial(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".partial") }
  }

  private static func lines(_ folder: String) throws -> Int {
    try String(contentsOfFile: folder + "/manifest.jsonl", encoding: .utf8).split(separator: "\n").count
  }
}
