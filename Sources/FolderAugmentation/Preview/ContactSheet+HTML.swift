import Augmentation
import Foundation
import ImageCodecs

extension ContactSheet {
  /// The sheet as a page that holds its pictures and needs nothing else.
  /// - Throws: `ImageError` for a picture that cannot be encoded, `AugmentationError` never in practice.
  public func html() throws -> String {
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>\(Self.escaped(title))</title>
      <style>
      body { font: 13px/1.35 system-ui, sans-serif; margin: 24px; color: #222; background: #fff }
      h1 { font-size: 18px; font-weight: 600 }
      h2 { font-size: 14px; font-weight: 600; margin: 20px 0 6px }
      .row { display: flex; flex-wrap: wrap; gap: 14px }
      figure { margin: 0; width: \(Self.side)px }
      img { display: block; image-rendering: pixelated; background: #f4f4f4 }
      figcaption { margin-top: 4px; color: #444; overflow-wrap: anywhere }
      @media (prefers-color-scheme: dark) {
        body { color: #eee; background: #181818 } figcaption { color: #bbb } img { background: #333 }
      }
      </style>
      <h1>\(Self.escaped(title))</h1>

      """
    for row in rows {
      if !row.title.isEmpty { page += "<h2>\(Self.escaped(row.title))</h2>\n" }
      page += "<div class=\"row\">\n"
      for cell in row.cells {
        let image = try Self.shown(cell.image)
        let data = Data(try ImageCodec.encodePNG(image)).base64EncodedString()
        let caption = cell.caption.map(Self.escaped)
        page += """
          <figure><img width="\(image.width)" height="\(image.height)" alt="\(caption.joined(separator: "; "))" \
          src="data:image/png;base64,\(data)"><figcaption>\(caption.joined(separator: "<br>"))</figcaption></figure>

          """
      }
      page += "</div>\n"
    }
    return page + "</html>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
