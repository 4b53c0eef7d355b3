import Convoy
import Foundation
import Yams

/// Why a `--config` file cannot be used: `run.yaml:3: unknown option batchsize; did you mean batch-size?`
struct ConfigurationFileError: Error, Equatable, CustomStringConvertible {
  let path: String
  /// Counted from 1; nil where it is not known.
  let line: Int?
  let reason: String

  var description: String { line.map { "\(path):\($0): \(reason)" } ?? "\(path): \(reason)" }
}

/// Reads the options of a run from a YAML (or JSON) file.
enum ConfigurationFile {
  /// Throws `TrainingError.missing` where there is no such file, `ConfigurationFileError` for what is in it.
  /// - Parameter preset: to begin with, instead of one that the file names.
  static func read(path: String, preset: Preset? = nil) throws -> RunConfiguration {
    guard FileManager.default.fileExists(atPath: path) else {
      throw TrainingError.missing(path: path, what: "configuration file")
    }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw ConfigurationFileError(path: path, line: nil, reason: error.localizedDescription)
    }
    return try parse(text, path: path, preset: preset)
  }

  /// The keys that a file states, with their defaults or other values, and their lines. Throws as `read(path:)` does.
  static func statedKeys(path: String) throws -> [String: Int] {
    _ = try read(path: path)
    let root = try Yams.compose(yaml: String(contentsOfFile: path, encoding: .utf8))
    let lines = root?.mapping?.compactMap { pair in pair.key.string.map { ($0, pair.key.mark?.line ?? 1) } }
    return Dictionary(lines ?? []) { first, _ in first }
  }

  /// The options that a file's text states; the others keep the values of the preset, or their defaults.
  static func parse(
    _ text: String, path: String, preset: Preset? = nil
  ) throws(ConfigurationFileError) -> RunConfiguration {
    var root: Node?
    do {
      let stated = try Yams.compose(yaml: text) ?? .mapping(Node.Mapping([]))  // an empty file states nothing
      root = stated
      guard var mapping = stated.mapping else {
        throw ConfigurationFileError(path: path, line: 1, reason: "expected options, such as \"epochs: 20\"")
      }
      if let preset { mapping["preset"] = Node(preset.rawValue) }
      return try YAMLDecoder().decode(RunConfiguration.self, from: .mapping(mapping))
    } catch let error as ConfigurationFileError {
      throw error
    } catch let error as YamlError {
      let (line, reason) = explain(error)
      throw ConfigurationFileError(path: path, line: line, reason: reason)
    } catch TrainingError.unknownOption(let name, let nearest) {
      let keys = name.split(separator: ".").map(String.init)
      throw ConfigurationFileError(
        path: path, line: line(of: keys, in: root),
        reason: "\(TrainingError.unknownOption(name: name, nearest: nearest))")
    } catch let error as DecodingError {
      let (keys, reason) = explain(error)
      throw ConfigurationFileError(path: path, line: line(of: keys, in: root), reason: reason)
    } catch {
      throw ConfigurationFileError(path: path, line: nil, reason: "\(error)")
    }
  }

  /// The line of the key that a path of keys leads to, or of the last one that exists.
  private static func line(of keys: [String], in root: Node?) -> Int? {
    var line: Int?
    var node = root
    for key in keys {
      guard let pair = node?.mapping?.first(where: { $0.key.string == key }) else { return line }
      line = pair.key.mark?.line
      node = pair.value
    }
    return line
  }

  private static func explain(_ error: YamlError) -> (line: Int?, reason: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (mark.line, problem)
    default: (nil, "\(error)")
    }
  }

  private static func explain(_ error: DecodingError) -> (keys: [String], reason: String) {
    switch error {
    case .typeMismatch(let type, let context):
      explain(context, "expected \(noun(for: type))")
    case .valueNotFound(let type, let context):
      explain(context, "expected \(noun(for: type)), got nothing")
    case .keyNotFound(let key, let context):
      explain(context, "\(key.stringValue) is missing")
    case .dataCorrupted(let context):
      explain(context, context.debugDescription)
    @unknown default:
      ([], "\(error)")
    }
  }

  private static func explain(
    _ context: DecodingError.Context, _ reason: String
  ) -> (keys: [String], reason: String) {
    let keys = context.codingPath.map(\.stringValue)
    return (keys, keys.isEmpty ? reason : "\(keys.joined(separator: ".")): \(reason)")
  }

  private static func noun(for type: any Any.Type) -> String {
    switch type {
    case is Int.Type, is UInt64.Type: "a whole number"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    default: "a value of another kind (\(type))"
    }
  }
}
