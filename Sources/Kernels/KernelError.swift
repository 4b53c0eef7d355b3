import COneDNN

/// A numeric operation that oneDNN could not make or run.
public struct KernelError: Error, Sendable, CustomStringConvertible {
  /// What was asked for, such as `"convolution forward of layer1.0.conv1"`.
  public let operation: String
  /// oneDNN's status.
  public let status: Int32

  /// Whether oneDNN has no kernel for this on this machine.
  public var isUnimplemented: Bool { cdnn_status_is_unimplemented(status) }

  /// One line: the operation and oneDNN's reason.
  public var description: String {
    "\(operation): oneDNN says \(String(cString: cdnn_status_text(status)))"
  }

  /// Throws unless the status is success.
  static func check(_ status: Int32, _ operation: @autoclosure () -> String) throws(KernelError) {
    if status != 0 { throw KernelError(operation: operation(), status: status) }
  }
}
