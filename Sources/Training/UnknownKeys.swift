import Names

extension Decoder {
  /// Throws ``TrainingError/unknownOption(name:nearest:)`` for the first key, in spelling order, that is not known.
  func refuseUnknownKeys(known: [String]) throws {
    let keys = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    for key in keys where !known.contains(key) {
      // Places in lists are left out.
      let path = (codingPath.filter { $0.intValue == nil }.map(\.stringValue) + [key]).joined(separator: ".")
      throw TrainingError.unknownOption(name: path, nearest: closeName(to: key, among: known))
    }
  }
}
