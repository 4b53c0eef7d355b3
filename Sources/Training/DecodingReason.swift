import Foundation
import Yams

/// Why a text could not be decoded, in one line.
package enum DecodingReason {
  /// The reason of an error that a decoder threw.
  package static func of(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return place(context) + "\(key.stringValue) is missing"
    case DecodingError.typeMismatch(let type, let context):
      return "\(place(context))expected \(noun(for: type))"
    case DecodingError.valueNotFound(let type, let context):
      return "\(place(context))expected \(noun(for: type)), got nothing"
    case DecodingError.dataCorrupted(let context):
      // A decoder hides the errors of a type's own rules here.
      if let cause = context.underlyingError, !(type(of: cause) is NSError.Type) { return of(cause) }
      return place(context) + context.debugDescription.split(separator: "\n").joined(separator: " ")
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return "line \(mark.line): \(problem)"
    case let error as CocoaError:
      return error.localizedDescription
    default:
      return "\(error)".split(separator: "\n").joined(separator: " ")
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    context.codingPath.isEmpty ? "" : context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
  }

  private static func noun(for type: any Any.Type) -> String {
    switch type {
    case is Int.Type, is UInt64.Type: "a whole number"
    case is Double.Type, is Float.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    default: "\(type)"
    }
  }
}
