/// `log.csv`: a row for each finished epoch.
enum RunLog {
  /// The file's text. Cells without a value, as those of the validation without a split for it, are empty. A run
  /// with a moving average of the weights has three columns more.
  static func text(_ history: [EpochReport]) -> String {
    let header =
      "epoch,lr,train_loss,train_accuracy,val_loss,val_top1,val_top5,seconds,images_per_second,"
      + "gradient_norm,penalty,sparsity,wait_share"
    if history.contains(where: { $0.ema != nil }) {
      let rows = history.map { report in
        row(report) + "," + (report.ema.map { "\($0.loss),\($0.top1),\($0.top5)" } ?? ",,")
      }
      return ([header + ",ema_loss,ema_top1,ema_top5"] + rows).joined(separator: "\n") + "\n"
    }
    return ([header] + history.map(row)).joined(separator: "\n") + "\n"
  }

  private static func row(_ report: EpochReport) -> String {
    let validation = report.validation
    let cells: [String] = [
      "\(report.epoch)", "\(report.learningRate)", "\(report.trainingLoss)", "\(report.trainingAccuracy)",
      validation.map { "\($0.loss)" } ?? "", validation.map { "\($0.top1)" } ?? "",
      validation.map { "\($0.top5)" } ?? "", "\(report.seconds)", "\(report.imagesPerSecond)",
      report.gradientNorm.map { "\($0)" } ?? "", report.penalty.map { "\($0)" } ?? "",
      report.sparsity.map { "\($0)" } ?? "", report.waitShare.map { "\($0)" } ?? "",
    ]
    return cells.joined(separator: ",")
  }
}
