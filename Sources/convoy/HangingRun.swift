import Convoy
import Foundation

/// Ends the process of a run that hangs.
enum HangingRun {
  /// Says what hangs and ends the process at once: a thread that hangs can be neither woken nor waited for.
  static func end(_ stall: Stall) -> Never {
    // On a thread of its own: whoever reads standard error may hang as well.
    let said = DispatchSemaphore(value: 0)
    Thread {
      if Terminal.standardError.isInteractive { try? StandardStream.error.write(Escape.clearLine) }
      ConvoyCommand.complain("\(stall)")
      said.signal()
    }.start()
    _ = said.wait(timeout: .now() + .seconds(2))
    // Not exit(), whose last duties may need what the hanging thread holds.
    _exit(ExitStatus(for: stall).rawValue)
  }
}
