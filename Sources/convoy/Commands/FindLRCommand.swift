import ArgumentParser
import Convoy

/// `convoy find-lr`.
struct FindLRCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-lr",
    abstract: "Find a learning rate by a short test on these images.",
    usage: "convoy find-lr [<options>] <data>",
    discussion: """
      Trains for some steps while the learning rate rises from far too low to far too high, draws the loss, and \
      suggests rates for --lr: where the loss falls fastest (steepest), half way down the longest fall (valley), and \
      half the rate of the lowest loss (lowest), which is recommended. It takes every option of train, and the rate belongs to them: another \
      optimizer, batch or augmentation has another. --lr, --epochs, --schedule and --warmup-epochs have no part. \
      Writes nothing but --svg.

      EXAMPLE:
        convoy find-lr data/fashion-sample
        convoy find-lr data/flowers --weights resnet18.safetensors --freeze-to layer4
        convoy find-lr data/flowers --optimizer lamb --steps 200 --svg loss.svg
      """)

  @Argument(help: "The folder of images, as for convoy train; not needed where --config names it.")
  var data: String?

  @Option(help: "The first learning rate, above 0 (default: 1/10,000 of the optimizer's usual one).")
  var from: Double?

  @Option(help: "The last learning rate, above --from (default: 1,000 times the optimizer's usual one).")
  var to: Double?

  @Option(
    help: """
      Steps between them, \(LearningRateSweep.leastSteps) or more: more of them show more where steps are small \
      and noisy.
      """)
  var steps = LearningRateSweep.usualSteps

  @Option(help: "Draw the loss by the learning rate, as SVG.")
  var svg: String?

  @OptionGroup
  var base: BaseOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if data == nil && base.config == nil { throw ValidationError("A folder of images is needed.") }
    if training.profileLayers {
      throw ValidationError("--profile-layers is for convoy train; find-lr times nothing.")
    }
  }

  func run() throws {
    let console = Console(speech)
    defer { console.clearProgress() }
    var configuration = try base.configuration()
    configuration.data = data ?? configuration.data
    training.apply(to: &configuration)
    machine.apply(to: &configuration)
    let sweep = try LearningRateSweep(
      for: configuration.optimizer, from: from, to: to, steps: steps)
    if let svg { try ProfileFiles.check(svg) }
    let finder = try LearningRateFinder(configuration: configuration, sweep: sweep)
    let reporter = RangeTestReporter(console: console, sweep: sweep)
    let test = try finder.run(observer: reporter)
    console.clearProgress()
    if let svg { try AtomicFile.write(test.svg, to: svg) }
    RangeTestText.lines(test, width: Terminal.columns - 1).forEach(console.line)
    if test.fallsToTheEnd { console.warning(RangeTestText.fallsToTheEnd(test)) }
    if let recommended = test.recommended { console.result(RangeTestText.result(recommended)) }
    try console.event("find-lr", test, isResult: true)
    try console.check()
    if let reason = test.reason { throw TrainingError.noLearningRate(reason: reason) }
  }
}
