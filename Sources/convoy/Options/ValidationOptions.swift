import ArgumentParser
import Convoy

/// Which training images are put aside to validate on, where the data have no split for it.
struct ValidationOptions: ParsableArguments {
  @Option(
    help: """
      The share of the training images of each class to put aside and validate on, above 0 and below 1, such as 0.1: \
      for data without a folder val, so that the test images stay for the end. Which images follows from their \
      paths, not from --seed (default: none).
      """)
  var validationSplit: Double?

  @Option(
    help: """
      Validate on one of K parts of the training images and train on the others, as I/K with I from 1 to K: 2/5 is \
      the second of five. Every class is spread evenly over the parts, by the images' paths, not by --seed; \
      `convoy tune --folds` trains all K (default: none).
      """,
    transform: { text in
      guard let fold = Fold(text) else {
        throw ValidationError("'\(text)' is no fold; use I/K with K from 2 and I from 1 to K, such as 2/5.")
      }
      return fold
    })
  var fold: Fold?

  func apply(to configuration: inout RunConfiguration) {
    configuration.validationSplit = validationSplit ?? configuration.validationSplit
    configuration.fold = fold ?? configuration.fold
  }
}
