import Loading

/// What a file for other programs says about its input and output.
extension ModelFile {
  /// Prose for people who open the file.
  var documentation: String {
    let (input, colours) = (preprocessing, preprocessing.channels == 1 ? "grey" : "RGB, in this order")
    return """
      \(network.name), trained by Convoy \(ConvoyVersion.current). Input "input": fp32 [batch, \(input.channels), \
      \(input.height), \(input.width)], \(colours). Of an image take the largest part from the middle with the \
      input's proportions, resize it to \(input.width)x\(input.height) (width x height; bilinear, with a wider \
      filter where the image shrinks), put transparent pixels on the background \(input.background), divide by 255, \
      subtract the mean \(input.mean) and divide by the std \(input.std), channel by channel. Output "logits": a \
      score for each of \(classes.count) classes, whose names are in the metadata; softmax makes probabilities.
      """
  }

  /// Facts for programs. Lists are JSON.
  func facts() throws -> [String: String] {
    [
      "preprocessing": try MetadataJSON.text(preprocessing), "class_names": try MetadataJSON.text(classes),
      "channel_order": preprocessing.channels == 1 ? "grey" : "RGB", "layout": "NCHW",
      "input_size": "\(preprocessing.channels)x\(preprocessing.height)x\(preprocessing.width)",
      "scale": "value / 255", "mean": try MetadataJSON.text(preprocessing.mean),
      "std": try MetadataJSON.text(preprocessing.std), "resize": preprocessing.resize.rawValue,
      "convoy_version": ConvoyVersion.current,
    ]
  }
}
