import Convoy

/// What a cache of decoded images holds.
enum CacheText {
  static func line(_ use: CacheUse) -> String {
    let place = use.path ?? (use.kind == .ram ? "memory" : "none")
    return "\(Quantity.grouped(use.images)) of \(Quantity.count(use.ofImages, "image")) in \(place), "
      + "\(Quantity.bytes(use.bytes)), taken \(Quantity.count(use.hits, "time"))"
  }
}
