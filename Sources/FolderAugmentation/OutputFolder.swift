/// Where a folder may be written.
enum OutputFolder {
  /// Throws `FolderAugmentationError.outputInsideInput` where the output is the input or lies in it, by whatever links:
  /// the next run would take the copies for images.
  static func check(_ output: String, outside input: String) throws(FolderAugmentationError) {
    let (inner, outer) = (FilePath.resolved(output), FilePath.resolved(input))
    if inner == outer || inner.hasPrefix(outer == "/" ? outer : outer + "/") {
      throw .outputInsideInput(output: output, input: input)
    }
  }
}
