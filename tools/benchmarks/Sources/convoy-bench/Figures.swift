import Foundation

/// The middle value, the mean of the two middle ones of an even number; 0 of none.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  if sorted.isEmpty { return 0 }
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// A number with a fixed number of decimals.
func text(_ value: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

/// `84.3%` from 0.843; nothing where it is not known.
func percent(_ share: Double?) -> String { share.map { text($0 * 100, decimals: 1) + "%" } ?? "?" }

/// Bytes in MiB.
func mebibytes(_ bytes: Int) -> String { text(Double(bytes) / 1_048_576, decimals: 0) + " MiB" }

/// A value as JSON on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// The most memory that this process has had so far, in bytes, as Linux counts it (VmHWM); nil where it does not.
func peakMemory() -> Int? {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
  else { return nil }
  return kibibytes * 1024
}
