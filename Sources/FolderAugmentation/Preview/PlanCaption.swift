import Augmentation
import Foundation

/// A plan in words: `rotate degrees 12.3`, a line for each step.
enum PlanCaption {
  /// The lines; one that says so where nothing happens.
  static func lines(_ plan: RecipePlan) -> [String] {
    plan.steps.isEmpty ? ["as it is"] : plan.steps.map(line)
  }

  private static func line(_ step: PlannedStep) -> String {
    // A plan that was drawn can be written; its name stands alone otherwise.
    guard let data = try? JSONEncoder().encode(step),
      let whole = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let parameters = whole["plan"]
    else { return step.transform }
    let facts = facts(parameters, name: "")
    return ([step.transform] + facts).joined(separator: " ")
  }

  /// What is the same for every image: how a warp samples, and what fills its corners.
  private static let undrawn: Set = ["sampling", "fill", "interpolation", "border"]

  /// Names and values in the order of the names, those of nested ones with a dot. Long lists only by their length.
  private static func facts(_ value: Any, name: String) -> [String] {
    switch value {
    case let mapping as [String: Any]:
      return mapping.filter { !undrawn.contains($0.key) }.sorted { $0.key < $1.key }.flatMap { key, value in
        facts(value, name: name.isEmpty ? key : "\(name).\(key)")
      }
    case let list as [Any]:
      let text = list.count > 6 ? "(\(list.count) values)" : list.map(text).joined(separator: ", ")
      return ["\(name) \(text)"]
    default:
      return ["\(name) \(text(value))"]
    }
  }

  private static func text(_ value: Any) -> String {
    switch value {
    case let text as String: return text
    case let mapping as [String: Any]:
      // `{"kind": "saturation", "factor": 1.3}` reads as "saturation 1.3".
      return mapping.sorted { ($0.key != "kind" ? 1 : 0, $0.key) < ($1.key != "kind" ? 1 : 0, $1.key) }
        .map { text($0.value) }.joined(separator: " ")
    case let list as [Any]: return "[" + list.map(text).joined(separator: ",") + "]"
    case let number as NSNumber: return shortened(number.doubleValue)
    default: return "\(value)"
    }
  }

  /// At most three decimals, and none for whole numbers.
  private static func shortened(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}
