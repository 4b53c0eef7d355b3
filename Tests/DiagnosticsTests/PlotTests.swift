import Foundation
import Testing
import Training

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Diagnostics

@Suite struct PlotTests {
  private func profile(_ workers: [Int], data: String = "some & <data>") throws -> ScalingProfile {
    var profiler = try ScalingProfiler(RunConfiguration(data: data), workers: workers)
    profiler.trials = 2
    return try profiler.run(source: { SyntheticMachine($0) }, progress: { _, _, _ in }).profile
  }

  @Test(arguments: [[1], [1, 2], [1, 2, 4], [3, 5]])
  func itIsXMLWithEveryPoint(workers: [Int]) throws {
    let svg = try profile(workers).svg
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    // Training and compute only, throughput and efficiency.
    #expect(svg.components(separatedBy: "<circle").count - 1 == 4 * workers.count)
    #expect(svg.contains("stroke-dasharray") && !svg.contains("nan") && !svg.contains("inf"))
    #expect(svg.contains("some &amp; &lt;data&gt;"))
  }

  /// No point or line leaves the picture.
  @Test func itFits() throws {
    let svg = try profile([1, 2, 4, 8]).svg
    for match in svg.matches(of: /c?([xy])[12]?="([-0-9.]+)"/) {
      let value = try #require(Double(match.2))
      #expect((0...(match.1 == "x" ? 960 : 470)).contains(value), "\(match.0)")
    }
  }

  @Test func ticksAreRound() {
    #expect(ScalingProfile.ticks(90...2500) == [100, 200, 500, 1000, 2000])
    #expect(ScalingProfile.ticks(0.4...1.5) == [0.5, 1])
    #expect(SVG.grouped(12_345_678) == "12,345,678")
    #expect(SVG.grouped(0.5) == "0.5")
  }

  @Test func theCSVHasARowForEachPoint() throws {
    let lines = try profile([1, 2, 4]).csv.split(separator: "\n")
    #expect(lines.count == 4)
    let columns = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
    #expect(Set(columns).count == 1)
    #expect(lines[0].hasPrefix("workers,cores,") && lines[3].hasPrefix("4,4,"))
    #expect(lines[0].contains("all_reduce_share"))
  }
}
