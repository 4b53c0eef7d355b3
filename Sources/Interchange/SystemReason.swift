import Foundation

/// The system's own words for why a file operation failed, which Foundation hides below its own error.
public enum SystemReason {
  /// Such as "No space left on device".
  public static func of(_ error: any Error) -> String {
    var cause = error as NSError
    while let deeper = cause.userInfo[NSUnderlyingErrorKey] as? NSError { cause = deeper }
    let isSystems = cause.domain == NSPOSIXErrorDomain
    return isSystems ? String(cString: strerror(Int32(cause.code))) : cause.localizedDescription
  }
}
