/// A key of any name, to see what is written in a mapping before judging it.
package struct AnyKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  /// A key of a name.
  package init(_ name: String) { stringValue = name }
  package init?(stringValue: String) { self.init(stringValue) }
  package init?(intValue: Int) { nil }
}

extension Decoder {
  /// The keys of the mapping that is decoded, in spelling order, since a decoder may give them in any; nil where there
  /// is no mapping.
  package var writtenKeys: [String]? {
    (try? container(keyedBy: AnyKey.self))?.allKeys.map(\.stringValue).sorted()
  }
}
