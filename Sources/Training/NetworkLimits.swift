import Foundation
import Networks

/// Keeps networks from files within what can be counted: sizes are multiplied before anything is allocated, and
/// must not overflow.
enum NetworkLimits {
  /// The largest number that a network's text may hold: sides, kernels, units.
  static let largest = 32_768.0

  /// Throws `NetworkError.setting` for a number beyond the limit.
  static func check(_ network: Network) throws {
    let text = try MetadataJSON.text(network)
    let largest = largestNumber(in: try JSONSerialization.jsonObject(with: Data(text.utf8)))
    if largest > Self.largest {
      throw NetworkError.setting(
        layer: network.name, problem: "it has the number \(largest); the largest allowed is \(Self.largest)")
    }
  }

  private static func largestNumber(in value: Any) -> Double {
    switch value {
    case let members as [String: Any]: members.values.map(largestNumber).max() ?? 0
    case let elements as [Any]: elements.map(largestNumber).max() ?? 0
    case let number as NSNumber: abs(number.doubleValue)
    default: 0
    }
  }
}
