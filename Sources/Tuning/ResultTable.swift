/// `trials.csv`: a row for each trial, the best first.
enum ResultTable {
  /// The file's text (RFC 4180 with plain line feeds): one column for each option that is searched, after the others.
  static func csv(_ ranking: [TrialReport]) -> String {
    let options = ranking.first?.values.map(\.option) ?? []
    let header =
      ["rank", "trial", "status", "accuracy", "low", "high", "loss", "epochs", "seconds"] + options + [
        "failure"
      ]
    let rows = ranking.map { trial in
      let score = trial.score
      let cells: [String?] = [
        "\(trial.rank)", "\(trial.trial)", trial.status.rawValue, score.map { "\($0.accuracy)" },
        score.map { "\($0.interval.low)" }, score.map { "\($0.interval.high)" }, score.map { "\($0.loss)" },
        score.map { "\($0.epochs)" }, "\(trial.seconds)",
      ]
      return cells.map { $0 ?? "" } + trial.values.map { $0.value?.description ?? "" } + [trial.failure ?? ""]
    }
    return ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ cell: String) -> String {
    let isSpecial = cell.utf8.contains { byte in [0x22, 0x2c, 0x0a, 0x0d].contains(byte) }
    return isSpecial ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }
}
