import Foundation
import ImageCodecs
import Pixels

extension DatasetDoctor.Result {
  /// So many of each finding are shown with pictures; the page says how many more there are.
  private static let mostShown = 24
  /// The longer side of a picture on the page, in pixels.
  private static let thumbnailSide = 96

  /// The report as a page for a browser, with small pictures of what is wrong: one file, without a script or a link to
  /// anything else.
  public var page: String {
    let verdict =
      switch report.verdict {
      case .sound: "Nothing found"
      case .flawed: "Usable, with things worth a look"
      case .harmful: "Training would be harmed"
      }
    var html = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>convoy doctor: \(Self.escaped(report.path))</title>
      <meta name="viewport" content="width=device-width">
      <style>
      body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#222}
      .harmful{color:#b00020}.flawed{color:#8a5a00}.sound{color:#1b6e2d}
      .item{display:inline-block;vertical-align:top;margin:.4em;padding:.5em;border:1px solid #ddd;border-radius:6px;max-width:20em}
      .item img{max-width:96px;max-height:96px;margin:2px;background:#eee}.path{font-size:12px;overflow-wrap:anywhere}
      table{border-collapse:collapse;margin:1em 0}td,th{padding:.15em .8em;text-align:right}td:first-child,th:first-child{text-align:left}
      tr:nth-child(even){background:#f5f5f5}
      </style></head><body>
      <h1 class="\(report.verdict.rawValue)">\(verdict)</h1>
      <p>\(Self.escaped(report.path)): \(report.images) images, \(report.readable) read.</p>

      """
    for finding in report.findings { html += section(finding) }
    html += tables
    return html + "</body></html>\n"
  }

  private func section(_ finding: Finding) -> String {
    var html = """
      <h2 class="\(finding.isHarmful ? "harmful" : "flawed")">\(finding.items.count) &times; \(Self.escaped(finding.kind.title))</h2>

      """
    let paths = Dictionary(subject.images.map { ($0.shownPath, $0.path) }) { first, _ in first }
    for item in finding.items.prefix(Self.mostShown) {
      html += "<div class=\"item\">"
      for file in item.files.prefix(6) {
        if let path = paths[file], let picture = Self.thumbnail(of: path) {
          html += "<img alt=\"\" src=\"data:image/png;base64,\(picture)\">"
        }
      }
      for file in item.files { html += "<div class=\"path\">\(Self.escaped(file))</div>" }
      html += "<div>\(Self.escaped(item.detail))</div></div>\n"
    }
    let more = finding.items.count - Self.mostShown
    return html + (more > 0 ? "<p>and \(more) more</p>\n" : "")
  }

  private var tables: String {
    let classes = Set(report.parts.flatMap { $0.classes.map(\.name) }).sorted { $0.precedesByCodePoint($1) }
    var html = "<h2>Classes</h2>\n<table><tr><th>class</th>"
    for part in report.parts { html += "<th>\(part.name)</th>" }
    html += "</tr>\n"
    for name in classes {
      html += "<tr><td>\(Self.escaped(name))</td>"
      for part in report.parts { html += "<td>\(part.classes.first { $0.name == name }?.images ?? 0)</td>" }
      html += "</tr>\n"
    }
    html += "</table>\n"
    for (title, shares) in [
      ("Formats", report.formats), ("Channels", report.channels), ("Sizes", report.sizes),
      ("EXIF orientations", report.orientations),
    ] where !shares.isEmpty {
      html += "<h2>\(title)</h2>\n<table>"
      for share in shares { html += "<tr><td>\(share.name)</td><td>\(share.images)</td></tr>\n" }
      html += "</table>\n"
    }
    return html
  }

  /// A PNG in base64; nil for what cannot be read.
  private static func thumbnail(of path: String) -> String? {
    do throws(ImageError) {
      let image = try ImageCodec.decode(contentsOf: path, options: DecodeOptions(channels: 3))
      let scale = min(1, Double(thumbnailSide) / Double(max(image.width, image.height)))
      let small = Miniature.of(
        image, width: max(1, Int(Double(image.width) * scale)),
        height: max(1, Int(Double(image.height) * scale)))
      return Data(try ImageCodec.encodePNG(small)).base64EncodedString()
    } catch {
      return nil  // the page says beside it why it cannot be read
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }
}
