import Foundation
import Testing

@testable import convoy

@Suite("Text plots")
struct TextPlotTests {
  private func plot(_ points: [(Double, Double)], logX: Bool = false, width: Int = 40) -> TextPlot {
    TextPlot(
      curves: [TextPlot.Curve(points: points.map { TextPlot.Point(x: $0.0, y: $0.1) })], title: "rate",
      label: "epoch", width: width, height: 5, hasLogX: logX)
  }

  @Test("a line from corner to corner, with numbers on both axes")
  func line() {
    let lines = plot([(0, 0), (4, 1)], width: 23).lines
    #expect(
      lines == [
        "rate",
        "  1 +               **",
        "    |           ****",
        "0.5 +       ****",
        "    |   ****",
        "  0 +***",
        "    ++-------+-------+",
        "     0       2       4",
        "           epoch",
      ])
  }

  @Test("every column of a joined curve is drawn, and a jump without a gap")
  func joins() {
    let lines = plot([(0, 1), (1, 1), (1, 0), (2, 0)]).lines
    let body = lines[1...5].map { Array($0.drop { $0 != "|" && $0 != "+" }.dropFirst()) }
    let columns = body.map(\.count).max() ?? 0
    for column in 0..<columns {
      #expect(body.contains { column < $0.count && $0[column] == "*" })
    }
    #expect(body.allSatisfy { $0.contains("*") })
  }

  @Test("a logarithmic axis has powers of ten, equally far apart")
  func logarithmic() throws {
    let lines = plot([(1e-6, 2), (1e-2, 1), (1, 3)], logX: true, width: 60).lines
    let axis = lines[6]
    let places = axis.indices.filter { axis[$0] == "+" }.map { axis.distance(from: axis.startIndex, to: $0) }
    let gaps = zip(places.dropFirst(2), places.dropFirst()).map { $0 - $1 }
    #expect(gaps.count >= 2 && (gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1)
    #expect(lines[7].contains("1e-06") && lines[7].contains("0.01"))
  }

  @Test(
    "numbers are round and embrace the values",
    arguments: [(0.0, 0.1), (0.004, 0.1), (-3, 17), (1e-7, 2e-7), (5, 5), (0, 0), (99.5, 100.5)])
  func ticks(low: Double, high: Double) {
    let ticks = AxisTicks(from: low, to: high, atMost: 5)
    #expect((2...8).contains(ticks.values.count))
    #expect(ticks.first <= low && ticks.last >= high)
    #expect(ticks.labels.allSatisfy { $0.count <= 8 })
    #expect(Set(ticks.labels).count == ticks.labels.count)
  }

  @Test("what is not finite is left out; nothing at all is said")
  func nothing() {
    #expect(plot([(0, .nan), (.infinity, 1)]).lines == ["rate: nothing to draw"])
    #expect(plot([(0, .nan), (1, 1), (2, 2)]).lines.count == 9)
    #expect(plot([(0, 1), (-1, 1)], logX: true).lines == ["rate: nothing to draw"])
  }

  @Test("lines stay within the width, and a legend names the curves")
  func legend() {
    var both = plot((0..<1000).map { (Double($0), sin(Double($0) / 50)) }, width: 70)
    both.curves[0].name = "measured"
    both.curves.append(TextPlot.Curve(points: [.init(x: 500, y: 0)], mark: "V", name: "valley"))
    #expect(both.lines.allSatisfy { $0.count <= 70 })
    #expect(both.lines.last == "    * measured   V valley")
    #expect(both.lines.joined().filter { $0 == "V" }.count == 2)
  }
}
