import ArgumentParser
import Convoy

/// Averages of the weights, and the models that a run leaves on its way.
struct AveragingOptions: ParsableArguments {
  @Option(
    help: """
      Keep an exponential moving average of the weights and running statistics that keeps this share of itself a \
      step, above 0 and below 1: 0.999 for some thousand steps, 0.99 for some hundred, 0.9999 for long runs. It is \
      scored beside the weights after every epoch and saved as best-ema and last-ema.safetensors. Often better than \
      the weights while the learning rate is high; it begins as the weights after the first step, without a warm-up \
      (PyTorch's get_ema_multi_avg_fn) (default: none).
      """)
  var ema: Double?

  @Option(
    help: """
      Average the weights at the ends of the epochs from this one on, 1 to --epochs (stochastic weight averaging), \
      take the running statistics of batch norms anew over the training images at the end, and save the model as \
      swa.safetensors. For runs that go on at a learning rate that is not small: see --swa-lr (default: none).
      """)
  var swaFrom: Int?

  @Option(
    help: """
      The learning rate from the beginning of the epoch of --swa-from on, above 0 and not scaled by --lr-scaling; \
      about half of --lr is usual (default: the schedule's).
      """)
  var swaLr: Double?

  @Option(
    help: """
      Train in so many cycles of the schedule cosine-warm-restarts, 1 to --epochs, and save the model at the end of \
      each: snapshot-1.safetensors and on. Together they are an ensemble for the price of one run: \
      `convoy evaluate RUN/snapshot-*.safetensors DATA` (default: none).
      """)
  var snapshots: Int?

  func apply(to configuration: inout RunConfiguration) {
    configuration.averaging.ema = ema ?? configuration.averaging.ema
    configuration.averaging.swaFrom = swaFrom ?? configuration.averaging.swaFrom
    configuration.averaging.swaLearningRate = swaLr ?? configuration.averaging.swaLearningRate
    configuration.averaging.snapshots = snapshots ?? configuration.averaging.snapshots
  }
}
